{# SQL functions that warehouses spell differently: dates and times. Their whitespace is part of the compiled SQL. #}

{% macro current_timestamp() -%}
    {{ adapter.dispatch('current_timestamp', 'dbt')() }}
{%- endmacro %}

{% macro default__current_timestamp() -%}
    {{ exceptions.raise_not_implemented('current_timestamp is not implemented for ' ~ adapter.type()) }}
{%- endmacro %}

{% macro duckdb__current_timestamp() -%} now() {%- endmacro %}

{% macro postgres__current_timestamp() -%} now() {%- endmacro %}

{# What dbt_utils called current_timestamp before dbt did: kept for packages that still ask for it. #}
{% macro current_timestamp_backcompat() -%}
    {{ return(adapter.dispatch('current_timestamp_backcompat', 'dbt')()) }}
{%- endmacro %}

{% macro default__current_timestamp_backcompat() %}
    current_timestamp::timestamp
{% endmacro %}

{% macro current_timestamp_in_utc_backcompat() -%}
    {{ return(adapter.dispatch('current_timestamp_in_utc_backcompat', 'dbt')()) }}
{%- endmacro %}

{% macro default__current_timestamp_in_utc_backcompat() -%}
    {{ return(adapter.dispatch('current_timestamp_backcompat', 'dbt')()) }}
{%- endmacro %}

{% macro postgres__current_timestamp_in_utc_backcompat() %}
    (current_timestamp at time zone 'utc')::{{ type_timestamp() }}
{% endmacro %}


{# A date of three numbers that are known when the model is compiled. #}
{% macro date(year, month, day) -%}
    {{ return(adapter.dispatch('date', 'dbt')(year, month, day)) }}
{%- endmacro %}

{% macro default__date(year, month, day) -%}
    to_date('{{ modules.datetime.date(year, month, day).strftime('%Y-%m-%d') }}', 'YYYY-MM-DD')
{%- endmacro %}

{% macro duckdb__date(year, month, day) -%} make_date({{ year }}, {{ month }}, {{ day }}) {%- endmacro %}


{% macro date_trunc(datepart, date) -%}
    {{ return(adapter.dispatch('date_trunc', 'dbt')(datepart, date)) }}
{%- endmacro %}

{% macro default__date_trunc(datepart, date) -%} date_trunc('{{ datepart }}', {{ date }}) {%- endmacro %}


{% macro dateadd(datepart, interval, from_date_or_timestamp) -%}
    {{ return(adapter.dispatch('dateadd', 'dbt')(datepart, interval, from_date_or_timestamp)) }}
{%- endmacro %}

{% macro default__dateadd(datepart, interval, from_date_or_timestamp) %}

    dateadd(
        {{ datepart }},
        {{ interval }},
        {{ from_date_or_timestamp }}
        )

{% endmacro %}

{# A product, since DuckDB does not parse `interval (expression) unit`. It has no quarters; weeks stay days. #}
{% macro duckdb__dateadd(datepart, interval, from_date_or_timestamp) %}

    {% set unit = datepart | lower -%}
    {%- set whole = {'quarter': (3, 'month'), 'week': (7, 'day')} -%}
    {%- if unit in whole -%}
        ({{ from_date_or_timestamp }} + (cast({{ interval }} as bigint) * {{ whole[unit][0] }}) * interval 1 {{ whole[unit][1] }})
    {%- else -%}
        ({{ from_date_or_timestamp }} + cast({{ interval }} as bigint) * interval 1 {{ unit }})
    {%- endif -%}
{% endmacro %}

{% macro postgres__dateadd(datepart, interval, from_date_or_timestamp) %}

    {{ from_date_or_timestamp }} + ((interval '1 {{ datepart }}') * ({{ interval }}))

{% endmacro %}


{# How many boundaries of the part lie between two dates. #}
{% macro datediff(first_date, second_date, datepart) -%}
    {{ return(adapter.dispatch('datediff', 'dbt')(first_date, second_date, datepart)) }}
{%- endmacro %}

{% macro default__datediff(first_date, second_date, datepart) -%}
    datediff(
        {{ datepart }},
        {{ first_date }},
        {{ second_date }}
        )
{%- endmacro %}

{# Weeks begin on Sunday, as in other warehouses; DuckDB's own begin on Monday. #}
{% macro duckdb__datediff(first_date, second_date, datepart) -%}
    {% if datepart == 'week' %}
            ({{ datediff(first_date, second_date, 'day') }} // 7 + {{ _week_boundary(first_date, second_date) | trim }})
    {% else %}
        (date_diff('{{ datepart }}', {{ first_date }}::timestamp, {{ second_date }}::timestamp ))
    {% endif %}
{%- endmacro %}

{# Whether the days that whole weeks leave cross a Sunday: 1, 0 or -1. #}
{% macro _week_boundary(first_date, second_date) %}
        case
            when date_part('dow', ({{ first_date }})::timestamp) <= date_part('dow', ({{ second_date }})::timestamp) then
                case when {{ first_date }} <= {{ second_date }} then 0 else -1 end
            else
                case when {{ first_date }} <= {{ second_date }} then 1 else 0 end
        end
{% endmacro %}

{# Each part counts in the next larger one: minutes are hours * 60 and the minutes left. #}
{% macro postgres__datediff(first_date, second_date, datepart) -%}
    {%- set larger = {
        'quarter': ('year', 4), 'month': ('year', 12),
        'hour': ('day', 24), 'minute': ('hour', 60), 'second': ('minute', 60),
        'millisecond': ('minute', 60000), 'microsecond': ('minute', 60000000)
    } -%}
    {%- set type = 'date' if datepart in ['year', 'quarter', 'month'] else 'timestamp' -%}
    {%- set first = "date_part('" ~ datepart ~ "', (" ~ first_date ~ ")::" ~ type ~ ")" -%}
    {%- set second = "date_part('" ~ datepart ~ "', (" ~ second_date ~ ")::" ~ type ~ ")" -%}
    {%- if datepart in ['second', 'millisecond', 'microsecond'] -%}
        {%- set first, second = 'floor(' ~ first ~ ')', 'floor(' ~ second ~ ')' -%}
    {%- endif -%}
    {% if datepart == 'year' %}
        ({{ second }} - {{ first }})
    {% elif datepart == 'day' %}
        (({{ second_date }})::date - ({{ first_date }})::date)
    {% elif datepart == 'week' %}
        ({{ datediff(first_date, second_date, 'day') }} / 7 + {{ _week_boundary(first_date, second_date) | trim }})
    {% elif datepart in larger %}
        ({{ datediff(first_date, second_date, larger[datepart][0]) }} * {{ larger[datepart][1] }} + {{ second }} - {{ first }})
    {% else %}
        {{ exceptions.raise_compiler_error("datediff: postgres has no date part '" ~ datepart ~ "'") }}
    {% endif %}
{%- endmacro %}


{# The last day of the part that a date falls into. #}
{% macro last_day(date, datepart) -%}
    {{ return(adapter.dispatch('last_day', 'dbt')(date, datepart)) }}
{%- endmacro %}

{% macro default_last_day(date, datepart, months=none) -%}
    {%- set next = dateadd('month', months, date_trunc(datepart, date)) if months else dateadd(datepart, '1', date_trunc(datepart, date)) -%}
    cast(
        {{ dateadd('day', '-1', next) }}
        as date)
{%- endmacro %}

{% macro default__last_day(date, datepart) -%}
    {{ default_last_day(date, datepart) }}
{%- endmacro %}

{% macro duckdb__last_day(date, datepart) -%}
    {%- if datepart == 'quarter' -%}
    -- duckdb dateadd does not support quarter interval.
    {{ default_last_day(date, datepart, months='3') }}
    {%- else -%}
    {{ default_last_day(date, datepart) }}
    {%- endif -%}
{%- endmacro %}

{% macro postgres__last_day(date, datepart) -%}
    {%- if datepart == 'quarter' -%}
    -- postgres dateadd does not support quarter interval.
    {{ default_last_day(date, datepart, months='3') }}
    {%- else -%}
    {{ default_last_day(date, datepart) }}
    {%- endif -%}
{%- endmacro %}
