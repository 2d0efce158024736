package diag

// JSON is the wire form of a diagnostic, for --log-format json and editors.
type JSON struct {
	Code     string     `json:"code,omitempty"`
	Severity string     `json:"severity"`
	Summary  string     `json:"summary"`
	Detail   string     `json:"detail,omitempty"`
	Hint     string     `json:"hint,omitempty"`
	Place    *JSONPlace `json:"place,omitempty"`
	Notes    []JSONNote `json:"notes,omitempty"`
	Frames   []JSONNote `json:"frames,omitempty"`
}

// JSONPlace is a span with 1-based lines and columns; the end is exclusive.
type JSONPlace struct {
	Path      string `json:"path"`
	Line      int    `json:"line"`
	Column    int    `json:"column"`
	EndLine   int    `json:"end_line"`
	EndColumn int    `json:"end_column"`
}

// JSONNote is a message with a place.
type JSONNote struct {
	Message string     `json:"message"`
	Place   *JSONPlace `json:"place,omitempty"`
}

// ToJSON returns the wire form.
func (d Diagnostic) ToJSON() JSON {
	j := JSON{Code: d.Code, Severity: d.Severity.String(), Summary: d.Summary, Detail: d.Detail, Hint: d.Hint, Place: toPlace(d.Span)}
	for _, n := range d.Notes {
		j.Notes = append(j.Notes, JSONNote{n.Message, toPlace(n.Span)})
	}
	for _, f := range d.Frames {
		j.Frames = append(j.Frames, JSONNote{f.Name, toPlace(f.Span)})
	}
	return j
}

func toPlace(s Span) *JSONPlace {
	if s.File == nil {
		return nil
	}
	p := &JSONPlace{Path: s.Path()}
	p.Line, p.Column = s.Position()
	p.EndLine, p.EndColumn = s.File.Position(s.End)
	return p
}
