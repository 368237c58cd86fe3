package directory

// Revision is a number that grows with everything [Directory.Save] writes: objects, links and the change log, but also journals and photos,
// of which the sequence knows nothing. Going back ([Directory.Rollback], [Directory.Load]) makes it grow, too. It is cheap, and means
// nothing beyond this process.
func (d *Directory) Revision() int {
	return d.Snapshot().version + d.audits.revised() + d.records.revised() + d.photos.revised()
}
