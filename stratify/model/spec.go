package model

// Spec is a model as written. Field names are the keys of the file; the file's
// own comments and docs/models explain them to readers.
type Spec struct {
	Name           string     `yaml:"name"`
	Version        string     `yaml:"version"`
	Title          string     `yaml:"title"`
	Summary        string     `yaml:"summary"`
	ClinicalReview string     `yaml:"clinical_review"`
	Registers      []Register `yaml:"registers"`
	Medicines      []Medicine `yaml:"medicines,omitempty"`
	Measures       []Measure  `yaml:"measures,omitempty"`
	Use            []Use      `yaml:"use,omitempty"`
	Controls       []Control  `yaml:"controls,omitempty"`
	Scores         []Score    `yaml:"scores,omitempty"`
	Cohorts        []Cohort   `yaml:"cohorts,omitempty"`
	Bands          []BandRule `yaml:"bands"`
}

// Register is a set of people with a coded condition that is not resolved: the
// latest diagnosis is on or after the latest resolved code.
type Register struct {
	ID           string `yaml:"id"`
	Title        string `yaml:"title"`
	Codes        Lists  `yaml:"codes"`
	Resolved     Lists  `yaml:"resolved,omitempty"`
	From         string `yaml:"from,omitempty"`           // ISO date: earlier diagnoses do not count
	LookBackDays int    `yaml:"look_back_days,omitempty"` // 0: ever
	AgeFrom      int    `yaml:"age_from,omitempty"`       // completed years at the as-of day, inclusive
	Needs        *Expr  `yaml:"needs,omitempty"`          // a further condition, for example a medicine
	Source       string `yaml:"source"`
	Note         string `yaml:"note,omitempty"`
}

// Lists names code lists; one name may stand alone.
type Lists []string

// Medicine is a group of products; people are matched on the latest issue.
type Medicine struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	Codes  Lists  `yaml:"codes"`
	Source string `yaml:"source"`
	Note   string `yaml:"note,omitempty"`
}

// Measure is a quantity read from events. Either it has codes, or it is a pair
// of two other measures taken on one day.
type Measure struct {
	ID        string     `yaml:"id"`
	Title     string     `yaml:"title"`
	Unit      string     `yaml:"unit"`
	Codes     []Reading  `yaml:"codes,omitempty"`
	Pair      []string   `yaml:"pair,omitempty"`
	Plausible *Plausible `yaml:"plausible,omitempty"`
	SameDay   string     `yaml:"same_day,omitempty"` // lowest or highest of the latest day
	Source    string     `yaml:"source,omitempty"`
	Note      string     `yaml:"note,omitempty"`
}

// Reading is one code list of a measure and how its values are converted to the
// measure's unit: value × times + add.
type Reading struct {
	List  string  `yaml:"list"`
	Times float64 `yaml:"times,omitempty"`
	Add   float64 `yaml:"add,omitempty"`
}

// Plausible bounds a measure in its unit: from inclusive, below exclusive.
type Plausible struct {
	From  float64 `yaml:"from"`
	Below float64 `yaml:"below"`
}

// Use counts hospital spells of a kind in the days up to the as-of day.
type Use struct {
	ID         string `yaml:"id"`
	Title      string `yaml:"title"`
	Table      string `yaml:"table"` // apcs
	Where      Where  `yaml:"where"`
	WindowDays int    `yaml:"window_days"`
	Cap        int    `yaml:"cap,omitempty"` // counts above are taken as the cap; 0: none
	Source     string `yaml:"source"`
	Note       string `yaml:"note,omitempty"`
}

// Where selects rows of a use table.
type Where struct {
	AdmissionMethod Lists `yaml:"admission_method"`
}

// Control says whether a condition is under control. Tier 1 judges the latest
// reading against the first target whose group the person is in; tier 2 asks
// only that the measurement was made.
type Control struct {
	ID            string   `yaml:"id"`
	Title         string   `yaml:"title"`
	Of            Expr     `yaml:"of"`
	Measure       string   `yaml:"measure"`
	WindowDays    int      `yaml:"window_days"`
	NotYetDueDays int      `yaml:"not_yet_due_days,omitempty"`
	Tier          int      `yaml:"tier"`
	NotApplicable *Expr    `yaml:"not_applicable,omitempty"`
	Targets       []Target `yaml:"targets,omitempty"`
	Source        string   `yaml:"source"`
	Note          string   `yaml:"note,omitempty"`
}

// Target is met when every part is at most, or below, its limit.
type Target struct {
	When   *Expr     `yaml:"when,omitempty"` // the last target has none
	AtMost []float64 `yaml:"at_most,omitempty"`
	Below  []float64 `yaml:"below,omitempty"`
}

// Score adds up weighted items.
type Score struct {
	ID      string  `yaml:"id"`
	Version string  `yaml:"version"`
	Title   string  `yaml:"title"`
	Unit    string  `yaml:"unit"`
	Scale   float64 `yaml:"scale"` // value of one point
	Items   []Item  `yaml:"items,omitempty"`
	Terms   string  `yaml:"terms,omitempty"` // CSV beside the model: item,kind,name,from,below,points
	Source  string  `yaml:"source"`
	Note    string  `yaml:"note,omitempty"`
}

// Item is one term of a score.
type Item struct {
	Item   string `yaml:"item"`
	When   Expr   `yaml:"when"`
	Points int64  `yaml:"points"`
}

// Cohort is a group of people worth counting.
type Cohort struct {
	ID     string `yaml:"id"`
	Title  string `yaml:"title"`
	When   Expr   `yaml:"when"`
	Source string `yaml:"source"`
	Note   string `yaml:"note,omitempty"`
}

// BandRule is one rule of the ladder high, rising, low. The last rule has
// neither reason nor condition and takes the rest.
type BandRule struct {
	Band   string `yaml:"band"`
	Reason string `yaml:"reason,omitempty"`
	Title  string `yaml:"title,omitempty"`
	When   *Expr  `yaml:"when,omitempty"`
	Source string `yaml:"source,omitempty"`
}

// Expr is the only form of condition: all, any, not, or one atom. There is no
// text to parse.
type Expr struct {
	All []Expr `yaml:"all,omitempty"`
	Any []Expr `yaml:"any,omitempty"`
	Not *Expr  `yaml:"not,omitempty"`

	Register string    `yaml:"register,omitempty"`
	Control  string    `yaml:"control,omitempty"` // id, or any
	Score    string    `yaml:"score,omitempty"`
	Use      string    `yaml:"use,omitempty"`
	Medicine string    `yaml:"medicine,omitempty"`
	Measure  string    `yaml:"measure,omitempty"`
	Cohort   string    `yaml:"cohort,omitempty"`
	Sex      string    `yaml:"sex,omitempty"`
	Age      *Boundary `yaml:"age,omitempty"`
	From     *float64  `yaml:"from,omitempty"`        // of score, use, measure: inclusive
	Below    *float64  `yaml:"below,omitempty"`       // of score, use, measure: exclusive
	Is       []string  `yaml:"is,omitempty"`          // of control: states, or counting
	Tier     []int     `yaml:"tier,omitempty"`        // of control any: 1, 2, 3
	Within   *int      `yaml:"within_days,omitempty"` // of medicine, measure
	Part     *int      `yaml:"part,omitempty"`        // of a paired measure: 1 or 2
}

// Boundary is a half-open interval of whole years.
type Boundary struct {
	From  *int `yaml:"from,omitempty"`
	Below *int `yaml:"below,omitempty"`
}
