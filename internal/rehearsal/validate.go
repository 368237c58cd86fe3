package rehearsal

// Validate says whether the plan can be run, without running anything: that its selection names checks there are and that its known
// failures match. The runnables need only their specs. The error is the one [Run] would give.
func (p Plan) Validate() error {
	p = p.withDefaults()
	if _, _, err := choose(p); err != nil {
		return err
	}
	_, err := p.Known.bind(p)
	return err
}
