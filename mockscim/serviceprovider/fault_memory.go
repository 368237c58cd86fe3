package serviceprovider

import "sync"

// memory is what a fault remembers of earlier requests. The zero value remembers nothing; it is safe for concurrent use.
type memory[K comparable, V any] struct {
	mu    sync.Mutex
	known map[K]V
}

func (m *memory[K, V]) load(key K) (V, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	value, ok := m.known[key]
	return value, ok
}

func (m *memory[K, V]) has(key K) bool {
	_, ok := m.load(key)
	return ok
}

func (m *memory[K, V]) store(key K, value V) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.known == nil {
		m.known = map[K]V{}
	}
	m.known[key] = value
}

func (m *memory[K, V]) forget(key K) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.known, key)
}
