package postgres

import (
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"mdl/adapters"
)

// states tells the kind of an error by its SQLSTATE: whole codes first, then
// classes of two characters (PostgreSQL's documentation, appendix A).
var states = map[string]adapters.ErrorKind{
	"42P01": adapters.NotFound, "42703": adapters.NotFound, "42883": adapters.NotFound, "42704": adapters.NotFound,
	"3F000": adapters.NotFound, "3D000": adapters.NotFound, "58P01": adapters.NotFound, "42P02": adapters.NotFound,
	"42501": adapters.Permission, "28": adapters.Permission,
	"42804": adapters.TypeMismatch, "42846": adapters.TypeMismatch, "22P02": adapters.TypeMismatch, "22P03": adapters.TypeMismatch,
	"22007": adapters.TypeMismatch, "22018": adapters.TypeMismatch, "42725": adapters.TypeMismatch,
	"23": adapters.Constraint, "40": adapters.Transient, "40002": adapters.Constraint, "55P03": adapters.Transient, "55006": adapters.Locked,
	"53100": adapters.DiskFull, "53200": adapters.Memory, "53300": adapters.Transient, "25006": adapters.ReadOnly,
	"57P01": adapters.Transient, "57P02": adapters.Transient, "57P03": adapters.Transient, "57P05": adapters.Transient, "08": adapters.Transient,
	"42": adapters.Syntax, "XX": adapters.Internal,
}

// hints say what to do about some errors.
var hints = map[string]string{
	"53300": "use fewer threads, or raise max_connections of the server",
	"53100": "make room on the server's disk; nothing of the transaction has happened",
	"55P03": "another session holds the table: try again, or see pg_locks for who it is",
	"57P01": "the server was stopped, or an administrator ended the session",
	"57P02": "the server has crashed: see its log",
	"57P03": "the server is starting, stopping or recovering: try again",
	"28P01": "check user and password of the profile",
	"28000": "the server's pg_hba.conf does not let this user in from here",
	"3D000": "check dbname of the profile",
	"25006": "the server or the session takes no writes: is it a replica?",
}

func kindOf(state string) adapters.ErrorKind {
	if kind, ok := states[state]; ok {
		return kind
	}
	if len(state) == 5 {
		return states[state[:2]]
	}
	return adapters.Other
}

// queryError turns a failure of a statement into a *QueryError.
func (a *Adapter) queryError(ctx context.Context, sql string, err error) error {
	if err == nil {
		return nil
	}
	out := &adapters.QueryError{SQL: sql, Offset: -1, Cause: err}
	if ctx.Err() != nil {
		out.Kind, out.Message, out.Cause = adapters.Cancelled, "the statement was interrupted", context.Cause(ctx)
		return out
	}
	server, ok := errors.AsType[*pgconn.PgError](err)
	if !ok {
		return a.broken(out, err)
	}
	out.Kind, out.Message, out.Hint = kindOf(server.Code), clean(errors.New(server.Message), a.cfg.Password), hints[server.Code]
	if server.Detail != "" {
		out.Message += "\n" + server.Detail
	}
	if out.Hint == "" {
		out.Hint = server.Hint
	}
	// Two sessions that change the catalog at once: the server has no word for it.
	if server.Code == "23505" && server.SchemaName == "pg_catalog" || server.Code == "XX000" && strings.HasPrefix(server.Message, "tuple concurrently") {
		out.Kind, out.Hint = adapters.Transient, "another session changes the same relation at this moment"
	}
	if server.Code == "57014" && strings.Contains(server.Message, "statement timeout") {
		out.Kind, out.Hint = adapters.Other, "raise statement_timeout, of the profile or of the server, or make the query faster"
	}
	if server.Position > 0 {
		out.Offset = byteOffset(sql, int(server.Position)-1)
		if server.Code == "42601" && strings.HasPrefix(strings.ToLower(sql[out.Offset:]), "merge") {
			out.Hint = "merge came with PostgreSQL 15: use the incremental strategy delete+insert with an older server"
		}
	}
	return out
}

// broken describes a failure that the server did not tell: the connection is gone.
func (a *Adapter) broken(out *adapters.QueryError, err error) error {
	out.Kind = adapters.Transient
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE), errors.Is(err, net.ErrClosed):
		out.Message = "the server at " + a.address() + " has closed the connection"
		out.Hint = "was it stopped or restarted? its log says why; nothing of an open transaction has happened"
	default:
		out.Kind, out.Message = adapters.Connection, clean(err, a.cfg.Password)
	}
	return out
}

// connectError turns a failure to connect into a *QueryError.
func (a *Adapter) connectError(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return a.queryError(ctx, "", err)
	}
	if server, ok := errors.AsType[*pgconn.PgError](err); ok {
		out := a.queryError(ctx, "", server).(*adapters.QueryError)
		out.Message = "cannot connect to " + a.address() + ": " + out.Message
		out.Offset = -1
		return out
	}
	out := &adapters.QueryError{Offset: -1, Kind: adapters.Connection, Cause: err}
	out.Message, out.Hint = "cannot connect to "+a.address()+": "+innermost(err, a.cfg.Password), connectHint(err)
	return out
}

// connectHint says what to do about a failure to connect.
func connectHint(err error) string {
	var name *net.DNSError
	var authority x509.UnknownAuthorityError
	var host x509.HostnameError
	var late net.Error
	switch {
	case errors.As(err, &name):
		return "check host of the profile"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "is the server running, and does it listen there? check host and port of the profile"
	case errors.As(err, &authority):
		return "give the certificate of its authority as sslrootcert, or use sslmode require, which checks none"
	case errors.As(err, &host):
		return "use the name that is in the certificate as host, or sslmode verify-ca, which does not compare names"
	case strings.Contains(err.Error(), "server refused TLS"):
		return "the server has no TLS: use sslmode prefer or disable"
	case errors.As(err, &late) && late.Timeout():
		return "is there a firewall between? raise connect_timeout of the profile if the server is slow"
	}
	return ""
}

// innermost is the message at the end of a chain of errors, which names no
// address twice.
func innermost(err error, secret string) string {
	for {
		var next error
		switch e := err.(type) {
		case interface{ Unwrap() error }:
			next = e.Unwrap()
		case interface{ Unwrap() []error }:
			if list := e.Unwrap(); len(list) > 0 {
				next = list[len(list)-1]
			}
		}
		if next == nil {
			return clean(err, secret)
		}
		if _, system := next.(syscall.Errno); system {
			return clean(next, secret)
		}
		err = next
	}
}

// clean is an error's text without the password.
func clean(err error, secret string) string {
	text := strings.TrimSpace(err.Error())
	if secret != "" {
		text = strings.ReplaceAll(text, secret, "***")
	}
	return text
}

// inProfile says that what failed is a setting of the profile.
func inProfile(err error, key string) error {
	if q, ok := errors.AsType[*adapters.QueryError](err); ok && q.Kind != adapters.Cancelled {
		q.SQL, q.Offset = "", -1
		q.Message = fmt.Sprintf("the profile's %s: %s", key, q.Message)
	}
	return err
}

// byteOffset is where the n-th character of s, from 0, begins.
func byteOffset(s string, n int) int {
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

// badCell reads where a copy failed from the server's words: "COPY t, line 3,
// column n: ...".
func badCell(err error) (line int, column string, ok bool) {
	server, isServer := errors.AsType[*pgconn.PgError](err)
	if !isServer {
		return 0, "", false
	}
	_, where, ok := strings.Cut(server.Where, ", line ")
	if !ok {
		return 0, "", false
	}
	digits, rest, ok := strings.Cut(where, ", column ")
	if !ok {
		return 0, "", false
	}
	column, _, ok = strings.Cut(rest, ": ")
	line, convErr := strconv.Atoi(digits)
	return line, column, ok && convErr == nil
}
