#!/usr/bin/env python3
"""Write modules.jsonl: what Python answers to expressions on the modules that dbt gives to templates.

    /work/oracle-env/bin/python testdata/gen.py

A row is [expression, its syntax tree, [type, repr]] or, for an error, [..., ["!", class, message]].
"""
import ast
import datetime as dtm
import itertools
import json
import os
import re
from types import SimpleNamespace

import pytz

HERE = os.path.dirname(os.path.abspath(__file__))
NAMES = {
    "datetime": SimpleNamespace(date=dtm.date, datetime=dtm.datetime, time=dtm.time, timedelta=dtm.timedelta, tzinfo=dtm.tzinfo),
    "pytz": pytz, "re": re, "itertools": itertools,
    "shout": lambda m: m.group(0).upper() + "!", "mul": lambda a, b: a * b, "list": list, "str": str, "five": lambda m: 5,
}

TIMES = """
datetime.date(2024, 2, 29)
datetime.date(2024, 2, 30)
datetime.date(2024, 13, 1)
datetime.date(0, 1, 1)
datetime.date()
datetime.date(2024)
datetime.date(2024, 1, 1, 1)
datetime.date('x', 1, 1)
datetime.date(2024, 1.5, 1)
datetime.date(year=2024, month=5, day=6)
datetime.date(2024, 1, 1, foo=2)
datetime.date.fromisoformat('2024-05-06')
datetime.date.fromisoformat('20240506')
datetime.date.fromisoformat('2024-W10-3')
datetime.date.fromisoformat('2024W103')
datetime.date.fromisoformat('2024-5-6')
datetime.date.fromisoformat('x')
datetime.date.fromisoformat(5)
datetime.date.fromordinal(738000)
datetime.date.fromordinal(0)
datetime.date.fromisocalendar(2020, 53, 5)
datetime.date.fromisocalendar(2021, 53, 5)
datetime.date.fromisocalendar(2021, 5, 8)
datetime.date.min
datetime.date.max
datetime.date.resolution
datetime.date.isoformat(datetime.date(2024, 1, 1))
datetime.date
datetime.datetime
datetime.date(2024, 1, 31) + datetime.timedelta(days=1)
datetime.date(2024, 3, 1) - datetime.date(2024, 2, 1)
datetime.date(2024, 1, 1) < datetime.date(2024, 1, 2)
datetime.date(2024, 1, 1) == datetime.datetime(2024, 1, 1)
datetime.date(2024, 1, 1) < datetime.datetime(2024, 1, 1)
datetime.datetime(2024, 1, 1) - datetime.date(2024, 1, 1)
datetime.date(2024, 1, 1).strftime('%Y%m%d')
datetime.date(2024, 1, 1).isocalendar().week
datetime.date(2024, 1, 1).isocalendar()[0]
datetime.date(2024, 1, 1).isocalendar() == (2024, 1, 1)
datetime.datetime(2024, 1, 2, 3, 4, 5, 6)
datetime.datetime(2024, 1, 2)
datetime.datetime(2024, 1, 2, 25)
datetime.datetime(2024, 1, 2, minute=60)
datetime.datetime(2024, 1, 2, tzinfo=5)
datetime.datetime(2024, 1, 2, tzinfo=pytz.utc)
datetime.datetime(2024, 1, 2, fold=1)
datetime.datetime(2024, 1, 2, fold=2)
datetime.datetime()
datetime.datetime.min
datetime.datetime.max
datetime.datetime.combine(datetime.date(2024, 1, 2), datetime.time(3, 4))
datetime.datetime.combine(datetime.date(2024, 1, 2), datetime.time(3, 4), pytz.utc)
datetime.datetime.combine(5, datetime.time(3, 4))
datetime.datetime.fromisoformat('2024-01-02')
datetime.datetime.fromisoformat('2024-01-02T03:04')
datetime.datetime.fromisoformat('2024-01-02 03:04:05.678')
datetime.datetime.fromisoformat('2024-01-02T03:04:05+02:00')
datetime.datetime.fromisoformat('2024-01-02T03:04:05Z')
datetime.datetime.fromisoformat('20240102T030405')
datetime.datetime.fromisoformat('2024-W01-2T03')
datetime.datetime.fromisoformat('2024-01-02T25:00')
datetime.datetime.fromisoformat('2024-01-02T3:00')
datetime.datetime.fromisoformat('nope')
datetime.datetime.fromisoformat('2024-01-02T03:04:05.123456789')
datetime.datetime.fromisoformat('2024-01-02T03:04:05-05:30')
datetime.time.fromisoformat('03:04:05')
datetime.time.fromisoformat('T03:04')
datetime.time.fromisoformat('x')
datetime.datetime.utcfromtimestamp(1700000000)
datetime.datetime.utcfromtimestamp(1.5)
datetime.datetime.utcfromtimestamp(-1)
datetime.datetime.utcfromtimestamp('x')
datetime.datetime.fromtimestamp(1700000000, pytz.utc)
datetime.datetime.fromtimestamp(1700000000, tz=pytz.timezone('Europe/Berlin'))
datetime.datetime.strptime('2024-01-02', '%Y-%m-%d')
datetime.datetime.strptime('2024-01-02 03:04:05.6', '%Y-%m-%d %H:%M:%S.%f')
datetime.datetime.strptime('02/01/24', '%d/%m/%y')
datetime.datetime.strptime('02/01/70', '%d/%m/%y')
datetime.datetime.strptime('Jan 5 2024', '%b %d %Y')
datetime.datetime.strptime('january  5 2024', '%B %d %Y')
datetime.datetime.strptime('Mon 1 Jan 2024', '%a %d %b %Y')
datetime.datetime.strptime('11:30 PM', '%I:%M %p')
datetime.datetime.strptime('12:30 am', '%I:%M %p')
datetime.datetime.strptime('2024-060', '%Y-%j')
datetime.datetime.strptime('2024 10 1', '%Y %W %w')
datetime.datetime.strptime('2024 10 0', '%Y %U %w')
datetime.datetime.strptime('2024 0 3', '%Y %U %w')
datetime.datetime.strptime('2024 W10 3', '%G W%V %u')
datetime.datetime.strptime('2024 10', '%G %V')
datetime.datetime.strptime('2024 10 1', '%Y %V %u')
datetime.datetime.strptime('2024-01-02T03:04:05+0530', '%Y-%m-%dT%H:%M:%S%z')
datetime.datetime.strptime('2024-01-02T03:04:05-05:30', '%Y-%m-%dT%H:%M:%S%z')
datetime.datetime.strptime('2024-01-02T03:04:05Z', '%Y-%m-%dT%H:%M:%S%z')
datetime.datetime.strptime('20240102', '%Y%m%d')
datetime.datetime.strptime('202412', '%Y%m%d')
datetime.datetime.strptime('2024-13-02', '%Y-%m-%d')
datetime.datetime.strptime('2024-02-30', '%Y-%m-%d')
datetime.datetime.strptime('2024-01-02x', '%Y-%m-%d')
datetime.datetime.strptime('x', '%Q')
datetime.datetime.strptime('x', '%')
datetime.datetime.strptime('100%', '100%%')
datetime.datetime.strptime(5, '%Y')
datetime.datetime.strptime('Tue Jan  2 03:04:05 2024', '%c')
datetime.datetime.strptime('01/02/24', '%x')
datetime.datetime.strptime('  2024', '%Y')
datetime.datetime.strptime('2024 x', '%Y x')
datetime.datetime(2024, 1, 31, 12).strftime('%d.%m.%Y %H:%M')
datetime.datetime(2024, 1, 2, 3, tzinfo=pytz.utc).isoformat()
datetime.datetime(2024, 1, 2, 3, tzinfo=pytz.utc).timestamp()
datetime.datetime(2024, 1, 2) == datetime.datetime(2024, 1, 2, tzinfo=pytz.utc)
datetime.datetime(2024, 1, 2) < datetime.datetime(2024, 1, 2, tzinfo=pytz.utc)
datetime.datetime(2024, 1, 2) - datetime.datetime(2024, 1, 2, tzinfo=pytz.utc)
datetime.datetime(2024, 1, 2) - datetime.datetime(2023, 1, 2, 5)
datetime.datetime(2024, 1, 2) - datetime.timedelta(hours=5)
datetime.datetime(2024, 1, 2) + 5
datetime.timedelta(hours=5) + datetime.date(2024, 1, 1)
datetime.time(1, 2)
datetime.time(24)
datetime.time()
datetime.time(1, tzinfo=pytz.utc)
datetime.time(1, tzinfo=pytz.utc).isoformat()
datetime.time.max
datetime.timedelta(1)
datetime.timedelta(days=1, hours=2, minutes=3, seconds=4, milliseconds=5, microseconds=6, weeks=1)
datetime.timedelta(1.5)
datetime.timedelta(0.1)
datetime.timedelta(hours=0.333)
datetime.timedelta(seconds=0.0000005)
datetime.timedelta(seconds=0.0000015)
datetime.timedelta('x')
datetime.timedelta(foo=1)
datetime.timedelta(1, 2, 3, 4, 5, 6, 7, 8)
datetime.timedelta(10**10)
datetime.timedelta.max
datetime.timedelta.min
datetime.timedelta(minutes=90).total_seconds()
datetime.timedelta(days=-1).days
datetime.timedelta(hours=25).seconds
datetime.timedelta(days=1) / datetime.timedelta(hours=1)
datetime.timedelta(days=1) * 1.5
datetime.timedelta(days=7) // 2
"""

ZONES = """
pytz.timezone('America/New_York')
str(pytz.timezone('America/New_York'))
pytz.timezone('america/new_york').zone
pytz.timezone('Asia/Kolkata')
pytz.timezone('Europe/London')
pytz.timezone('Etc/GMT+5')
pytz.timezone('UTC')
pytz.timezone('utc')
pytz.timezone('Nope/Zone')
pytz.timezone(5)
pytz.utc
str(pytz.utc)
pytz.utc.zone
pytz.UTC if False else pytz.utc
pytz.utc.localize(datetime.datetime(2024, 1, 1))
pytz.utc.localize(datetime.datetime(2024, 1, 1, tzinfo=pytz.utc))
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 7, 1, 12))
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 1, 1, 12))
str(pytz.timezone('America/New_York').localize(datetime.datetime(2024, 7, 1, 12)))
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 11, 3, 1, 30))
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 11, 3, 1, 30), is_dst=True)
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 11, 3, 1, 30), is_dst=None)
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 3, 10, 2, 30))
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 3, 10, 2, 30), is_dst=True)
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 3, 10, 2, 30), is_dst=None)
pytz.timezone('America/New_York').localize(datetime.datetime(1950, 7, 1))
pytz.timezone('Europe/Berlin').localize(datetime.datetime(2050, 7, 1)) if False else 1
datetime.datetime(2024, 7, 1, tzinfo=pytz.utc).astimezone(pytz.timezone('Asia/Tokyo'))
datetime.datetime(2024, 7, 1, tzinfo=pytz.utc).astimezone(pytz.timezone('America/Sao_Paulo')).strftime('%Y-%m-%d %H:%M %Z %z')
datetime.datetime(2024, 7, 1, tzinfo=pytz.timezone('America/New_York'))
str(datetime.datetime(2024, 7, 1, tzinfo=pytz.timezone('America/New_York')))
pytz.timezone('America/New_York').normalize(pytz.timezone('America/New_York').localize(datetime.datetime(2024, 3, 10, 1, 30)) + datetime.timedelta(hours=1))
pytz.timezone('America/New_York').localize(datetime.datetime(2024, 3, 10, 1, 30)) + datetime.timedelta(hours=1)
pytz.timezone('America/New_York').utcoffset(datetime.datetime(2024, 7, 1))
pytz.timezone('America/New_York').dst(datetime.datetime(2024, 7, 1))
pytz.timezone('America/New_York').tzname(datetime.datetime(2024, 7, 1))
pytz.timezone('Australia/Lord_Howe').dst(datetime.datetime(2024, 1, 1))
pytz.timezone('Asia/Kolkata').localize(datetime.datetime(2024, 1, 1)).utcoffset()
pytz.timezone('Asia/Kolkata').localize(datetime.datetime(2024, 1, 1)) == pytz.utc.localize(datetime.datetime(2023, 12, 31, 18, 30))
pytz.timezone('Asia/Kolkata').localize(datetime.datetime(2024, 1, 1)) - pytz.utc.localize(datetime.datetime(2024, 1, 1))
pytz.FixedOffset(90)
pytz.FixedOffset(0)
pytz.FixedOffset(-330).localize(datetime.datetime(2024, 1, 1)).isoformat()
pytz.FixedOffset(1440)
pytz.FixedOffset(60).utcoffset(datetime.datetime(2024, 1, 1))
pytz.all_timezones[0]
len_of(pytz.all_timezones)
len_of(pytz.common_timezones)
'Europe/Paris' in pytz.common_timezones_set
pytz.country_timezones('nz')
pytz.country_timezones['us'][0]
pytz.country_names['de']
"""

PATTERNS = r"""
re.match('a', 'abc')
re.match('b', 'abc')
re.search('b+', 'abbbc').span()
re.fullmatch('a.c', 'abc').group()
re.fullmatch('ab', 'abc')
re.fullmatch('a|ab', 'ab').group()
re.match('(\\w+)-(\\d+)', 'abc-12').groups()
re.match('(?P<n>\\w+)-(?P<d>\\d+)', 'abc-12').groupdict()
re.match('(?P<n>\\w+)', 'abc')['n']
re.match('(a)(b)?', 'a').groups()
re.match('(a)(b)?', 'a').groups('x')
re.match('(a)(b)?', 'a').group(1, 2)
re.match('(a)(?P<z>b)', 'ab').lastgroup
re.match('(a)(b)', 'ab').lastindex
re.match('(a)(b)?', 'a').span(2)
re.match('a', 'ab').group(5)
re.match('a', 'ab').group('q')
re.match('(a)', 'ab')[1]
re.match('a', 'ab').string
re.match('a', 'ab').re.pattern
re.match('(a)(b)', 'ab').expand('\\2-\\1')
re.findall('\\d+', 'a1b22c333')
re.findall('(\\w)(\\d)', 'a1b2')
re.findall('(\\d)', 'a1b2')
re.findall('', 'abc')
re.findall('a*', 'baac')
re.findall('|a', 'aa')
re.findall('\\b', 'ab cd')
re.findall('x?', 'xx')
re.sub('[^a-z]', '_', 'a1b c')
re.sub('a', 'b', 'aaa', 2)
re.sub('a', 'b', 'aaa', count=1)
re.sub('(\\w+) (\\w+)', '\\2 \\1', 'hello world')
re.sub('(?P<x>a)', '[\\g<x>]', 'banana')
re.sub('(a)', '\\g<1>0', 'banana')
re.sub('a', '\\g<0>\\g<0>', 'banana')
re.sub('x*', '-', 'abxd')
re.sub('', '-', 'abc')
re.sub('b*', '-', 'abc')
re.sub('a', shout, 'banana')
re.sub('a', five, 'banana')
re.sub('a', '\\n', 'bab')
re.sub('a', '\\\\', 'bab')
re.sub('a', '\\.', 'bab')
re.sub('a', '\\q', 'bab')
re.sub('a', '\\1', 'bab')
re.sub('a', '\\g<z>', 'bab')
re.sub('a', '\\g<1', 'bab')
re.sub('a', 5, 'bab')
re.sub('A', 'x', 'banana', flags=re.IGNORECASE)
re.subn('a', 'x', 'banana')
re.split(',\\s*', 'a, b,c')
re.split('(,)', 'a,b')
re.split(',', 'a,b,c', 1)
re.split(',', 'a,b,c', maxsplit=1)
re.split('x*', 'axbc')
re.split('', 'abc')
re.split('(a)|b', 'xay')
[m.span() for m in re.finditer('a', 'banana')] if False else 1
list(re.finditer('a', 'banana'))
re.escape('a.b*c d-e_f/~')
re.escape('é\n')
re.compile('abc')
re.compile('abc', re.I)
re.compile('a(b)').groups
re.compile('(?i)a').flags
re.compile('a').match('ba', 1).span()
re.compile('^a').search('ba', 1)
re.compile('a$').search('ab', 0, 1).span()
re.compile('a').findall('aaa', 1)
re.compile('a').sub('b', 'aa', 1)
re.compile('a').search(string='ba').start()
re.compile('a').fullmatch('a').end()
re.compile('a').split('bab')
re.match(re.compile('a'), 'a').group()
re.match(re.compile('a'), 'a', re.I)
re.match('A', 'a', re.IGNORECASE).group()
re.match('a.b', 'a\nb')
re.match('a.b', 'a\nb', re.S).group()
re.findall('^a', 'a\na')
re.findall('^a', 'a\na', re.M)
re.findall('a$', 'a\na\n')
re.findall('a$', 'a\na\n', re.MULTILINE)
re.findall('a\\Z', 'a\na\n')
re.findall('a\\Z', 'a\na')
re.match('a b # c', 'ab', re.X).group()
re.match('(?x) a \\  b', 'a b').group()
re.match('(?i)AB', 'ab').group()
re.match('a(?i:B)c', 'abc').group()
re.match('a(?i:B)c', 'abC')
re.match('(?i:a(?-i:b))', 'Ab').group()
re.match('(?s:.)', '\n').group()
re.match('\\d+', '٣٤').group()
re.match('\\d+', '٣٤', re.ASCII)
re.match('\\w+', 'éà_9').group()
re.match('\\w+', 'éa', re.A)
re.findall('\\s', 'a\u00a0b\tc')
re.findall('\\W', 'a-é')
re.findall('[^\\W\\d]+', 'ab12é')
re.findall('[\\W\\d]+', 'ab12-é')
re.findall('[\\w.]+', 'a.b c')
re.findall('[]a]', ']a')
re.findall('[^]a]', ']ab')
re.findall('[a-]', 'a-b')
re.findall('[a\\-z]', 'a-z')
re.findall('[[]', '[')
re.findall('[\\]]', ']')
re.findall('[\\n\\t]', 'a\n')
re.findall('[\\x41-\\x43]', 'ABCD')
re.findall('\\x41\\u0042', 'AB')
re.findall('\\101', 'A')
re.findall('\\0', 'a\x00')
re.findall('.', '日é😀')
re.search('é', '日é').span()
re.findall('a{2}', 'aaaa')
re.findall('a{1,2}', 'aaa')
re.findall('a{,2}', 'aaa')
re.findall('a{2,}', 'aaa')
re.findall('a{x}', 'a{x}')
re.findall('{', '{')
re.findall('a{', 'a{')
re.findall('a+?', 'aa')
re.findall('a*+a', 'aa')
re.findall('(?>a+)b', 'aab')
re.findall('a++b', 'aab')
re.findall('(?:ab)+', 'ababx')
re.findall('(ab)+', 'ababx')
re.findall('(a)|(b)', 'ab')
re.findall('(?<=a)b', 'abcb')
re.findall('(?<!a)b', 'abcb')
re.findall('a(?=b)', 'abac')
re.findall('a(?!b)', 'abac')
re.findall('(a)\\1', 'aa a')
re.findall('(?P<q>a)(?P=q)', 'aa')
re.findall('(a)?b(?(1)c|d)', 'abc bd')
re.findall('(?P<z>a)?b(?(z)c|d)', 'abc bd')
re.findall('(?#comment)a', 'a')
re.findall('a|b|', 'ab')
re.findall('\\bfoo\\b', 'foo foobar barfoo')
re.findall('o\\B', 'foo of')
re.findall('\\Aa', 'aa')
re.findall('[A-Z]', 'aBc', re.I)
re.findall('\\$\\{(\\w+)\\}', '${a} ${b}')
re.findall('"([^"]*)"', 'a "b" "c"')
re.search('(?P<y>\\d{4})-(?P<m>\\d\\d)', 'on 2024-05-06').group('y', 'm')
re.sub('([a-z0-9])([A-Z])', '\\1_\\2', 'camelCaseString')
re.sub('\\s+', ' ', ' a  b\n c ')
re.sub('(?m)^', '> ', 'a\nb')
re.sub('$', '!', 'a\n')
re.compile('(')
re.compile(')')
re.compile('(a')
re.compile('a)')
re.compile('[')
re.compile('[a')
re.compile('*a')
re.compile('a**')
re.compile('a{2}{3}')
re.compile('+')
re.compile('\\q')
re.compile('[\\q]')
re.compile('\\')
re.compile('\\2')
re.compile('[z-a]')
re.compile('[\\d-a]')
re.compile('a{3,2}')
re.compile('(?P<a>x)(?P<a>y)')
re.compile('(?P<1>x)')
re.compile('(?P=q)')
re.compile('(?P<n')
re.compile('(?<=a+)b')
re.compile('(?<=a|bc)d')
re.compile('(?<=ab|cd)e').search('cde').span()
re.compile('(?Zx)')
re.compile('(?')
re.compile('(?P')
re.compile('(?Px)')
re.compile('a(?i)')
re.findall('(?i)(?s)a.b', 'A\\nB a')
re.findall('(?x) (?i)A', 'A a')
re.findall('(?#c)(?i)A', 'A a')
re.compile('a|(?i)b')
re.compile('|(?i)b')
re.compile('(?:(?i)a)')
re.compile('(?i')
re.compile('(?#a')
re.compile('(?(1)a)')
re.compile('(?(q)a)')
re.compile('(a)(?(1)a|b|c)')
re.compile('(\\1)')
re.compile('\\x4')
re.compile('^*')
re.compile('\\8')
re.compile('[a-\\d]')
re.compile('(?<x)')
re.compile('a\nb(')
re.match('a', 5)
re.match(5, 'a')
re.match(['a'], 'a')
re.match('a')
re.match('a', 'b', 0, 1)
re.sub('a', 'b')
re.findall('a', None)
re.compile('a').match()
re.IGNORECASE + 0
re.purge()
re.search('a', 'xay')
re.search('.*', 'x' * 80)
re.match('(?P<a>.)(?P<b>.)', 'xy').groupdict()
re.match('a', 'a') == None
"""

ITER = """
list(itertools.chain([1, 2], 'ab', (3,)))
list(itertools.chain())
list(itertools.chain([1], 5))
list(itertools.combinations('abc', 2))
list(itertools.combinations([1, 2], 3))
list(itertools.combinations([1, 2], 0))
itertools.combinations('abc')
itertools.combinations('abc', -1)
list(itertools.combinations_with_replacement('ab', 2))
list(itertools.combinations_with_replacement('', 2))
list(itertools.permutations('abc'))
list(itertools.permutations('abc', 2))
list(itertools.permutations([1, 2], 3))
list(itertools.product('ab', [1, 2]))
list(itertools.product('ab', repeat=2))
list(itertools.product())
list(itertools.product('ab', []))
list(itertools.product([1], foo=1))
list(itertools.islice(itertools.count(), 3))
list(itertools.islice(itertools.count(5, 2), 3))
list(itertools.islice(itertools.count(0.5), 2))
list(itertools.islice(itertools.cycle('ab'), 5))
list(itertools.islice('abcdef', 2, None))
list(itertools.islice('abcdef', 1, 5, 2))
list(itertools.islice('abc', -1))
list(itertools.islice('abc', 0, 2, 0))
list(itertools.islice('abc', 'x'))
itertools.islice('abc')
list(itertools.repeat('x', 3))
list(itertools.repeat('x', -1))
list(itertools.repeat(object='x', times=2))
list(itertools.accumulate([1, 2, 3]))
list(itertools.accumulate([1, 2, 3], mul))
list(itertools.accumulate([1, 2, 3], initial=10))
list(itertools.accumulate('abc'))
list(itertools.accumulate([]))
list(itertools.compress('abcd', [1, 0, 1]))
list(itertools.starmap(mul, [(2, 3), (4, 5)]))
list(itertools.starmap(mul, [5]))
list(itertools.tee([1, 2])[1])
list(itertools.zip_longest([1, 2], 'a'))
list(itertools.zip_longest([1, 2], 'a', fillvalue='-'))
list(itertools.zip_longest())
list(itertools.zip_longest([1], foo=1))
list(itertools.cycle([]))
itertools.count('x')
"""


def tree(n):
    if isinstance(n, ast.Constant):
        return ["const", {"f": repr(n.value)} if isinstance(n.value, float) else n.value]
    if isinstance(n, ast.Name):
        return ["name", n.id]
    if isinstance(n, ast.Attribute):
        return ["attr", tree(n.value), n.attr]
    if isinstance(n, ast.Call):
        return ["call", tree(n.func), [tree(a) for a in n.args], [[k.arg, tree(k.value)] for k in n.keywords]]
    if isinstance(n, (ast.List, ast.Tuple)):
        return ["list" if isinstance(n, ast.List) else "tuple", [tree(e) for e in n.elts]]
    if isinstance(n, ast.Subscript):
        return ["item", tree(n.value), tree(n.slice)]
    if isinstance(n, ast.UnaryOp):
        return ["const", -n.operand.value]
    if isinstance(n, ast.BinOp):
        op = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Pow: "**"}[type(n.op)]
        return ["op", op, tree(n.left), tree(n.right)]
    if isinstance(n, ast.Compare):
        op = {ast.Lt: "<", ast.Eq: "==", ast.In: "in"}[type(n.ops[0])]
        return ["op", op, tree(n.left), tree(n.comparators[0])]
    if isinstance(n, ast.IfExp):
        return tree(n.orelse)
    raise TypeError(ast.dump(n))


def answer(text):
    try:
        v = eval(text, dict(NAMES, len_of=len))
    except Exception as e:
        return ["!", type(e).__name__, str(e)]
    return [type(v).__name__, repr(v)]


with open(os.path.join(HERE, "modules.jsonl"), "w") as f:
    for block in (TIMES, ZONES, PATTERNS, ITER):
        for line in block.strip().splitlines():
            f.write(json.dumps([line, tree(ast.parse(line, mode="eval").body), answer(line)], separators=(",", ":")) + "\n")
