package manifest

// Format is the version of the manifest's own form. It changes when a key does.
const Format = 1

// FileName is the manifest's name in the folder of a run.
const FileName = "manifest.json"

// Run says what one run read, decided and wrote. Every field may be published.
type Run struct {
	Format        int           `json:"format"` // always [Format]
	RunID         string        `json:"run_id"` // from [RunID]
	Notice        string        `json:"notice"` // what every reader must know, on every page
	Product       Product       `json:"product"`
	Contract      int           `json:"contract_version"`
	AsOf          string        `json:"as_of"` // ISO date, the only "today" there is
	Synthetic     bool          `json:"synthetic"`
	Sealed        bool          `json:"sealed"`
	InputsDigest  string        `json:"inputs_digest"`  // from [InputsDigest]
	ExtractDigest string        `json:"extract_digest"` // SHA-256 of the extract's content
	Model         Model         `json:"model"`
	CodeLists     []CodeList    `json:"code_lists"` // by name
	Reference     Reference     `json:"reference"`
	Disclosure    Disclosure    `json:"disclosure"`
	OptOuts       string        `json:"opt_outs"` // the job's word
	Coverage      Coverage      `json:"coverage"`
	Bands         []Band        `json:"bands"` // in the model's order
	SwitchedOff   []SwitchedOff `json:"switched_off"`
	Remarks       []string      `json:"remarks"`
	Files         []File        `json:"files"` // by path
	Exit          Exit          `json:"exit"`
}

// Product is the program that ran.
type Product struct {
	Name    string `json:"name"`
	Version string `json:"version"`
}

// Model is the model that decided.
type Model struct {
	Name           string `json:"name"`
	Version        string `json:"version"`
	SHA256         string `json:"sha256"`
	ClinicalReview string `json:"clinical_review"` // "none" until someone has reviewed it
}

// CodeList is one list the model read.
type CodeList struct {
	Name    string `json:"name"`
	System  string `json:"system"`
	Release string `json:"release"` // release of the source the list was drawn from
	Entries int    `json:"entries"` // codes in the list
	SHA256  string `json:"sha256"`
}

// Reference is the reference data of the run. A sum is empty where the job names
// no such table.
type Reference struct {
	PracticesSHA256 string `json:"practices_sha256"`
	LSOASHA256      string `json:"lsoa_sha256"`
	IMDRelease      string `json:"imd_release"`
	LSOAVintage     string `json:"lsoa_vintage"`
}

// Disclosure says which protection the release passed.
type Disclosure struct {
	Profile   string `json:"profile"`
	Programme string `json:"programme"` // version of the table programme
}

// Coverage counts practices, never people.
type Coverage struct {
	Expected int       `json:"practices_expected"`
	Received int       `json:"practices_received"`
	Used     int       `json:"practices_used"`
	Refused  []Refusal `json:"refused"`  // by practice, then reason
	Unmapped int       `json:"unmapped"` // practices used that no neighbourhood claims
}

// Refusal is a practice left out. Reason is the kind of fault, a word such as
// "digest" or "identifier": never the text of an error.
type Refusal struct {
	Practice string `json:"practice"`
	Reason   string `json:"reason"`
}

// Band is a band's people over everything the run covers, as released.
type Band struct {
	Band   string `json:"band"`
	People *int64 `json:"people"` // the published number; null when not shown
	Symbol string `json:"symbol"` // why it is not shown: [c], [x], [z], [u]; empty when it is
}

// SwitchedOff is something the model has and the run could not do.
type SwitchedOff struct {
	What string `json:"what"`
	Why  string `json:"why"`
}

// File is one file of the run.
type File struct {
	Path   string `json:"path"`  // slash-separated, relative to the folder of the manifest
	Bytes  int64  `json:"bytes"` // size
	Rows   int64  `json:"rows"`  // rows of a table, 0 for a page
	SHA256 string `json:"sha256"`
}

// Exit is the outcome the command reported.
type Exit struct {
	Code    int    `json:"code"`
	Meaning string `json:"meaning"`
}
