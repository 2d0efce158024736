{# Dates at compile time. #}

{% macro convert_datetime(date_str, date_fmt) %}
    {%- set problem = "The date '" ~ date_str ~ "' does not have the format '" ~ date_fmt ~ "'" -%}
    {{ return(try_or_compiler_error(problem, modules.datetime.datetime.strptime, date_str.strip(), date_fmt)) }}
{% endmacro %}

{# Every day from the first to the last, both included; as dates if out_fmt is empty. #}
{% macro dates_in_range(start_date_str, end_date_str=none, in_fmt='%Y%m%d', out_fmt='%Y%m%d') %}
    {%- set first = convert_datetime(start_date_str, in_fmt) -%}
    {%- set last = first if end_date_str is none else convert_datetime(end_date_str, in_fmt) -%}
    {%- if last < first -%}
        {{ exceptions.raise_compiler_error('dates_in_range: ' ~ first ~ ' is after ' ~ last) }}
    {%- endif -%}
    {%- set days = [] -%}
    {%- for n in range((last - first).days + 1) -%}
        {%- set day = first + modules.datetime.timedelta(days=n) -%}
        {%- do days.append(day.strftime(out_fmt) if out_fmt else day) -%}
    {%- endfor -%}
    {{ return(days) }}
{% endmacro %}

{# The days of '20240101' or of '20240101,20240131'. #}
{% macro partition_range(raw_partition_date, date_fmt='%Y%m%d') %}
    {%- set bounds = (raw_partition_date | string).split(',') -%}
    {%- if bounds | length > 2 -%}
        {{ exceptions.raise_compiler_error('partition_range: expected a date or two with a comma between, got ' ~ raw_partition_date) }}
    {%- endif -%}
    {{ return(dates_in_range(bounds[0], bounds[1] if bounds | length == 2 else none, in_fmt=date_fmt)) }}
{% endmacro %}

{# Now, in digits down to the microsecond: makes names unique. #}
{% macro py_current_timestring() %}
    {{ return(modules.datetime.datetime.now().strftime('%Y%m%d%H%M%S%f')) }}
{% endmacro %}
