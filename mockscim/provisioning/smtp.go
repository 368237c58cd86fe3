package provisioning

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/smtp"
	"time"
)

const mailTimeout = 10 * time.Second

// SMTP is a [Mailer] that hands mails to a server (RFC 5321). It uses STARTTLS where the server offers it.
type SMTP struct {
	Addr string      // host:port
	Auth smtp.Auth   // nil: none
	TLS  *tls.Config // nil: the usual checks of the server's certificate
}

// Send delivers one mail. It gives up when ctx ends.
func (s SMTP) Send(ctx context.Context, m Mail) error {
	connection, err := new(net.Dialer).DialContext(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	defer func() { _ = connection.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = connection.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	if err := s.deliver(connection, m); err != nil {
		return fmt.Errorf("send mail: %w", err)
	}
	return nil
}

func (s SMTP) deliver(connection net.Conn, m Mail) error {
	host, _, err := net.SplitHostPort(s.Addr)
	if err != nil {
		return err
	}
	client, err := smtp.NewClient(connection, host)
	if err != nil {
		return err
	}
	if ok, _ := client.Extension("STARTTLS"); ok {
		config := s.TLS
		if config == nil {
			config = &tls.Config{ServerName: host, MinVersion: tls.VersionTLS12}
		}
		if err := client.StartTLS(config); err != nil {
			return err
		}
	}
	if s.Auth != nil {
		if err := client.Auth(s.Auth); err != nil {
			return err
		}
	}
	if err := client.Mail(m.From); err != nil {
		return err
	}
	if err := client.Rcpt(m.To); err != nil {
		return err
	}
	body, err := client.Data()
	if err != nil {
		return err
	}
	if _, err := body.Write(m.Message()); err != nil {
		return err
	}
	if err := body.Close(); err != nil {
		return err
	}
	return client.Quit()
}
