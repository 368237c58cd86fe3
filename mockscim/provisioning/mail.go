package provisioning

import (
	"bytes"
	"context"
	"fmt"
	"mime"
	"mime/quotedprintable"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/rehearse-id/rehearse/mockgraph/synchronization"
)

// MailFrom is the sender of the notifications of Entra's provisioning service.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status.
const MailFrom = "azure-noreply@microsoft.com"

// maxMails is how many mails an outbox keeps, the newest.
const maxMails = 100

// Mail is a notification that a job went into quarantine.
type Mail struct {
	From, To, Subject, Text string
	Time                    time.Time
	Error                   error // why a [Mailer] did not take it; nil when it did or there is none
}

// Message returns the mail as it goes over SMTP (RFC 5322), with CRLF at the ends of lines.
func (m Mail) Message() []byte {
	var b bytes.Buffer
	for _, header := range [][2]string{
		{"From", m.From}, {"To", m.To}, {"Subject", mime.QEncoding.Encode("utf-8", m.Subject)}, {"Date", m.Time.Format(time.RFC1123Z)},
		{"MIME-Version", "1.0"}, {"Content-Type", "text/plain; charset=utf-8"}, {"Content-Transfer-Encoding", "quoted-printable"},
	} {
		fmt.Fprintf(&b, "%s: %s\r\n", header[0], strings.NewReplacer("\r", " ", "\n", " ").Replace(header[1]))
	}
	b.WriteString("\r\n")
	body := quotedprintable.NewWriter(&b)
	_, _ = body.Write([]byte(strings.ReplaceAll(m.Text, "\n", "\r\n"))) // into memory
	_ = body.Close()
	return b.Bytes()
}

// Mailer sends mails. [SMTP] is one.
type Mailer interface {
	Send(ctx context.Context, m Mail) error
}

// WithNotification sets who is told by mail that the job went into quarantine ("Send an email notification when a failure occurs"): once,
// and again when the reason changes. The mails are kept in the job's outbox and, when mailer is not nil, sent with it. Nobody is told by
// default, nor at an address that is none.
// Source: learn.microsoft.com/entra/identity/app-provisioning/application-provisioning-quarantine-status.
func WithNotification(address string, mailer Mailer) Option {
	return func(s *settings) { s.notify, s.mailer = address, mailer }
}

// Outbox returns the mails of the job, oldest first, the newest 100.
func (j *Job) Outbox() []Mail {
	j.mu.RLock()
	defer j.mu.RUnlock()
	return append([]Mail(nil), j.outbox...)
}

// announce tells of a quarantine that has begun or has another reason now: in the audit log, and by mail. The lock is not held.
func (j *Job) announce(ctx context.Context, q synchronization.Quarantine) {
	j.mu.RLock()
	notify, mailer := j.notify, j.mailer
	j.mu.RUnlock()
	app, _ := j.application()
	j.auditQuarantine(app, q)
	to, err := netmail.ParseAddress(notify)
	if err != nil {
		return
	}
	why := string(q.Reason)
	if q.Error != nil {
		why += ": " + q.Error.Message
	}
	m := Mail{
		From: MailFrom, To: to.Address, Time: q.CurrentBegan.UTC(), Subject: "Provisioning of " + app + " is in quarantine",
		Text: fmt.Sprintf("The provisioning job of the application %s has been placed in quarantine.\n\nReason: %s\nJob: %s\nTenant: %s\n"+
			"In quarantine since: %s\nNext attempt: %s\n\nMend the cause and restart provisioning. A job that stays in quarantine for 28 days is disabled.\n",
			app, clipText(why), j.id, j.dir.Snapshot().TenantID(), q.SeriesBegan.UTC().Format(time.RFC3339), q.NextAttempt.UTC().Format(time.RFC3339)),
	}
	if mailer != nil {
		timed, cancel := context.WithTimeout(ctx, mailTimeout)
		m.Error = mailer.Send(timed, m)
		cancel()
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.keepMail(m)
}

// keepMail needs the lock.
func (j *Job) keepMail(m Mail) {
	if len(j.outbox) >= maxMails {
		j.outbox = append(j.outbox[:0:0], j.outbox[1:]...)
	}
	j.outbox = append(j.outbox, m)
}

func clipText(s string) string { return string(logged(s)) }
