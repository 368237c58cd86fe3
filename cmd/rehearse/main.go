// Command rehearse rehearses Microsoft Entra ID provisioning: it plays Entra's lifecycle against a SCIM endpoint or a Graph connector and
// says, for each thing that would go wrong, what came, why it matters and how to mend it.
//
// This package is flags, configuration, wiring and exit codes, one file per sub-command; it knows nothing of how checks, the
// provisioning service or reports work inside.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/rehearse-id/rehearse/suites"
)

// The exit codes of the command line contract.
const (
	exitConformant    = 0 // conformant, or the command did what it was asked
	exitNonConformant = 1 // not conformant; also a stale, expired or unexpectedly passing known failure
	exitUsage         = 2 // usage or configuration
	exitUnreachable   = 3 // the first probe got no usable SCIM answer or was not authorised
	exitError         = 4 // harness error or interrupt
	exitEmpty         = 5 // a valid selection, nothing applicable
)

// endError is an error that carries the process's exit code. An empty message prints nothing more.
type endError struct {
	code    int
	message string
}

func (e *endError) Error() string { return e.message }

// usage makes an error that ends the process with the exit code of wrong usage. Errors among what it says are put in words.
func usage(format string, args ...any) error {
	for i, arg := range args {
		if err, is := arg.(error); is {
			args[i] = inWords(err)
		}
	}
	return &endError{code: exitUsage, message: fmt.Sprintf(format, args...)}
}

// streams are the process's standard streams.
type streams struct {
	in       io.Reader
	out, err io.Writer
}

// cli is the command line: one field per sub-command.
type cli struct {
	Config configFile `help:"Read flags from this YAML file (default: rehearse.yaml when it is there). Flags win, then REHEARSE_* variables, then the file." placeholder:"FILE" name:"config"`

	Scim      scimCommand      `cmd:"" help:"Judge a SCIM endpoint. Without a target: the built-in one."`
	Connector connectorCommand `cmd:"" help:"Judge a Microsoft Graph connector. Without one: the built-in one."`
	Endpoint  endpointCommand  `cmd:"" help:"Serve the reference SCIM endpoint."`
	Tenant    tenantCommand    `cmd:"" help:"Serve the local fake tenant: login and Microsoft Graph."`
	Wait      waitCommand      `cmd:"" help:"Wait for a tenant that another process serves."`
	List      listCommand      `cmd:"" help:"List the checks, or the faults."`
	Explain   explainCommand   `cmd:"" help:"Explain one check or one fault."`
	Diff      diffCommand      `cmd:"" help:"Compare two reports: what was fixed, what broke."`
	Merge     mergeCommand     `cmd:"" help:"Join the reports of the shards of a run."`
	Replay    replayCommand    `cmd:"" help:"Send recorded SCIM traffic again and compare the answers."`
	Init      initCommand      `cmd:"" help:"Write rehearse.yaml for an endpoint."`
	Version   versionCommand   `cmd:"" help:"Print the version."`
}

func main() {
	ctx, cancel := context.WithCancel(context.Background())
	go interrupt(cancel)
	code := run(ctx, os.Args[1:], streams{in: os.Stdin, out: os.Stdout, err: os.Stderr})
	cancel()
	os.Exit(code)
}

// interrupt cancels the run at the first signal, which then cleans up the target; the second ends the process at once.
func interrupt(cancel func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(signals, syscall.SIGHUP)
	}
	<-signals
	cancel()
	fmt.Fprintln(os.Stderr, "rehearse: interrupted; cleaning up (again to stop at once)")
	<-signals
	os.Exit(exitError)
}

// inARow tells names one after another.
func inARow[N ~string](names []N) string {
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = string(name)
	}
	return strings.Join(words, ", ")
}

// helpPrinted ends parsing after --help.
type helpPrinted struct{ code int }

// run runs one command line and returns its exit code.
func run(ctx context.Context, args []string, std streams) (code int) {
	defer func() {
		if r := recover(); r != nil {
			printed, ok := r.(helpPrinted)
			if !ok {
				panic(r)
			}
			code = printed.code
		}
	}()
	var command cli
	resolver, err := configuration(args)
	if err != nil {
		return conclude(std, err)
	}
	parser, err := kong.New(&command,
		kong.Name("rehearse"),
		kong.Description("Rehearse Microsoft Entra ID provisioning before opening night.\n\nRun `rehearse COMMAND --help` for the flags and examples of a command."),
		kong.Writers(std.out, std.err),
		kong.Exit(func(code int) { panic(helpPrinted{code}) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true, WrapUpperBound: 100}),
		kong.Vars(tenantVariables()),
		kong.Vars(map[string]string{"stages": inARow(suites.Stages()), "packs": inARow(suites.Packs())}),
		kong.DefaultEnvars("REHEARSE"),
		kong.Resolvers(resolver),
		kong.BindTo(ctx, (*context.Context)(nil)),
		kong.Bind(std),
	)
	if err != nil {
		return conclude(std, fmt.Errorf("build command line: %w", err))
	}
	parsed, err := parser.Parse(negativeNumbers(args))
	if err != nil {
		return conclude(std, &endError{code: exitUsage, message: inWords(err) + "\nRun `rehearse --help` for the commands and flags."})
	}
	return conclude(std, parsed.Run())
}

// negative is an argument that can only be a value.
var negative = regexp.MustCompile(`^-[0-9]+$`)

// negativeNumbers joins a negative number to the flag before it, so that the flag refuses it in its own words: to the parser it looks like
// one more flag.
func negativeNumbers(args []string) []string {
	var joined []string
	for i, arg := range args {
		if i > 0 && negative.MatchString(arg) && strings.HasPrefix(args[i-1], "--") && !strings.Contains(args[i-1], "=") {
			joined[len(joined)-1] += "=" + arg
			continue
		}
		joined = append(joined, arg)
	}
	return joined
}

// conclude prints err, if any, and turns it into an exit code.
func conclude(std streams, err error) int {
	if err == nil {
		return exitConformant
	}
	var exit *endError
	if !errors.As(err, &exit) {
		exit = &endError{code: exitError, message: err.Error()}
	}
	if exit.message != "" {
		fmt.Fprintln(std.err, "rehearse: "+exit.message)
	}
	return exit.code
}
