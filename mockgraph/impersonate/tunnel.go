package impersonate

import (
	"io"
	"net"
	"sync"
	"time"
)

// tunnel is the connection of a client after CONNECT.
type tunnel struct {
	net.Conn

	target  Target
	head    []byte // read ahead, still to be read by whoever serves the tunnel
	once    sync.Once
	release func()
}

func (t *tunnel) Read(p []byte) (int, error) {
	if len(t.head) > 0 {
		n := copy(p, t.head)
		t.head = t.head[n:]
		return n, nil
	}
	return t.Conn.Read(p)
}

func (t *tunnel) Close() error {
	defer t.once.Do(t.release)
	return t.Conn.Close()
}

// CloseWrite ends one direction, where the connection can.
func (t *tunnel) CloseWrite() error { return closeWrite(t.Conn) }

func closeWrite(conn net.Conn) error {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return conn.Close()
}

// sniff waits for the first byte and tells whether the client speaks TLS. The byte stays to be read.
func (t *tunnel) sniff(patience time.Duration) (bool, error) {
	if len(t.head) == 0 {
		if err := t.SetReadDeadline(time.Now().Add(patience)); err != nil {
			return false, err
		}
		head := make([]byte, 1024)
		n, err := io.ReadAtLeast(t.Conn, head, 1)
		if err != nil {
			return false, err
		}
		t.head = head[:n]
		_ = t.SetReadDeadline(time.Time{}) // fails on a closed connection only, which the next read tells
	}
	return speaksTLS(t.head), nil
}

// speaksTLS tells a TLS handshake record (RFC 8446 section 5.1, content type 22) from plain HTTP, whose first byte is a letter:
// msal-node 3.x sends plaintext through the tunnel.
func speaksTLS(head []byte) bool { return len(head) > 0 && head[0] == 22 }

// queue is a listener whose connections are handed in.
type queue struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func newQueue() *queue { return &queue{conns: make(chan net.Conn), done: make(chan struct{})} }

// offer hands a connection to whoever accepts; false when the queue is closed.
func (q *queue) offer(conn net.Conn) bool {
	select {
	case q.conns <- conn:
		return true
	case <-q.done:
		return false
	}
}

func (q *queue) Accept() (net.Conn, error) {
	select {
	case conn := <-q.conns:
		return conn, nil
	case <-q.done:
		return nil, net.ErrClosed
	}
}

func (q *queue) Close() error {
	q.once.Do(func() { close(q.done) })
	return nil
}

func (q *queue) Addr() net.Addr { return tunnelAddr{} }

// tunnelAddr is the address of a queue, which has none.
type tunnelAddr struct{}

func (tunnelAddr) Network() string { return "tunnel" }
func (tunnelAddr) String() string  { return "tunnel" }
