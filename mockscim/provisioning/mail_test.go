package provisioning_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net"
	"net/http"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
	"github.com/rehearse-id/rehearse/mockscim/provisioning"
)

// post is a Mailer that keeps what it is given.
type post struct {
	mails []provisioning.Mail
	err   error
}

func (p *post) Send(_ context.Context, m provisioning.Mail) error {
	p.mails = append(p.mails, m)
	return p.err
}

func TestAQuarantineIsToldOncePerReason(t *testing.T) {
	mailer := &post{}
	s := newStage(t, provisioning.WithNotification("it@contoso.example", mailer), provisioning.WithThresholds(provisioning.Thresholds{Base: 0, Gate: 9, Total: 9}))
	s.assign(s.user("Ada Byron"))
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	s.cycle()
	s.cycle()
	s.target.setAnswer(refuse(http.StatusConflict, func(r *http.Request) bool { return r.Method == http.MethodPost }))
	s.cycle()
	s.target.setAnswer(nil)
	s.cycle()
	s.target.setAnswer(refuse(http.StatusUnauthorized, nil))
	s.cycle()
	outbox := s.job.Outbox()
	if len(outbox) != 3 || len(mailer.mails) != 3 {
		t.Fatalf("%d mails, %d sent", len(outbox), len(mailer.mails))
	}
	for i, reason := range []synchronization.QuarantineReason{
		synchronization.EncounteredQuarantineException, synchronization.EncounteredBaseEscrowThreshold, synchronization.EncounteredQuarantineException,
	} {
		if m := outbox[i]; m.From != provisioning.MailFrom || m.To != "it@contoso.example" || !strings.Contains(m.Text, "Reason: "+string(reason)) || !strings.Contains(m.Subject, "Acme") {
			t.Fatalf("mail %d: %+v", i, m)
		}
		if a := s.dir.Audits()[i]; a.ActivityDisplayName != "Quarantine" || a.ResultReason != string(reason) || a.TargetResources[0].ID != s.app {
			t.Fatalf("audit %d: %+v", i, a)
		}
	}
}

func TestAMailThatCannotBeSentStaysInTheOutbox(t *testing.T) {
	lost := errors.New("lost")
	s := newStage(t, provisioning.WithNotification("it@contoso.example", &post{err: lost}))
	s.job.Quarantine(context.Background(), synchronization.QuarantinedOnDemand, "maintenance")
	q := s.job.Status().Quarantine
	if q == nil || q.Reason != synchronization.QuarantinedOnDemand || s.job.NextRun().Sub(s.clock.Now()) != 6*time.Hour {
		t.Fatalf("quarantine %+v", q)
	}
	if outbox := s.job.Outbox(); len(outbox) != 1 || !errors.Is(outbox[0].Error, lost) {
		t.Fatalf("outbox %+v", outbox)
	}
	if report := s.cycle(); report.Error != nil || s.job.Status().Quarantine != nil {
		t.Fatalf("report %+v", report)
	}
}

func TestNobodyIsToldWithoutAnAddress(t *testing.T) {
	for _, address := range []string{"", "nobody", "a@b\r\nBcc: c@d"} {
		s := newStage(t, provisioning.WithNotification(address, nil))
		s.job.Quarantine(context.Background(), synchronization.QuarantineUnknown, "")
		if outbox := s.job.Outbox(); len(outbox) != 0 {
			t.Fatalf("%q: outbox %+v", address, outbox)
		}
	}
}

func TestMailOverSMTP(t *testing.T) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	received := make(chan string, 1)
	go serveOneMail(listener, received)
	m := provisioning.Mail{From: provisioning.MailFrom, To: "it@contoso.example", Subject: "Provisioning of Café is\r\nin quarantine", Text: "Ça va.\n.\nEnd\n", Time: time.Now()}
	if err := (provisioning.SMTP{Addr: listener.Addr().String()}).Send(context.Background(), m); err != nil {
		t.Fatal(err)
	}
	message := must(mail.ReadMessage(strings.NewReader(<-received)))(t)
	subject := must(new(mime.WordDecoder).DecodeHeader(message.Header.Get("Subject")))(t)
	body := string(must(io.ReadAll(message.Body))(t))
	if subject != "Provisioning of Café is\r\nin quarantine" || !strings.Contains(body, "=C3=87a va.") {
		t.Fatalf("subject %q, body %q", subject, body)
	}
}

func TestASilentMailServerHoldsNobody(t *testing.T) {
	listener := must(net.Listen("tcp", "127.0.0.1:0"))(t)
	defer func() { _ = listener.Close() }()
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if err := (provisioning.SMTP{Addr: listener.Addr().String()}).Send(ctx, provisioning.Mail{From: "a@b.example", To: "c@d.example"}); err == nil {
		t.Fatal("a server that says nothing took a mail")
	}
}

// serveOneMail takes one mail and hands out what came.
func serveOneMail(listener net.Listener, received chan<- string) {
	connection, err := listener.Accept()
	if err != nil {
		return
	}
	defer func() { _ = connection.Close(); _ = listener.Close() }()
	say := func(line string) { _, _ = fmt.Fprintf(connection, "%s\r\n", line) }
	say("220 ready")
	var message strings.Builder
	inData := false
	for lines := bufio.NewScanner(connection); lines.Scan(); {
		line := lines.Text()
		switch {
		case inData && line == ".":
			inData = false
			received <- message.String()
			say("250 taken")
		case inData:
			message.WriteString(strings.TrimPrefix(line, ".") + "\r\n")
		case line == "DATA":
			inData = true
			say("354 go on")
		case line == "QUIT":
			say("221 bye")
			return
		default:
			say("250 ok")
		}
	}
}
