{# Rows into columns, columns into rows, and rows out of nothing. #}

{# `group by 1,2,...,n`. #}
{% macro group_by(n) -%}
    {{ return(adapter.dispatch('group_by', 'dbt_utils')(n)) }}
{%- endmacro %}

{% macro default__group_by(n) -%}
    group by {{ range(1, n + 1) | join(',') }}
{%- endmacro %}

{# A select list of one aggregate for each value of a column. #}
{% macro pivot(column, values, alias=True, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=True, distinct=False) -%}
    {{ return(adapter.dispatch('pivot', 'dbt_utils')(
        column, values, alias, agg, cmp, prefix, suffix, then_value, else_value, quote_identifiers, distinct
    )) }}
{%- endmacro %}

{% macro default__pivot(column, values, alias=True, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=True, distinct=False) -%}
    {%- set distinct = 'distinct ' if distinct else '' -%}
    {%- set otherwise = ' else ' ~ else_value if else_value is not none and else_value != '' else '' -%}
    {%- for value in values %}
        {%- set name = prefix ~ value ~ suffix %}
    {{ agg }}({{ distinct }}case when {{ column }} {{ cmp }} '{{ dbt.escape_single_quotes(value) }}' then {{ then_value }}{{ otherwise }} end)
        {%- if alias %} as {{ adapter.quote(name) if quote_identifiers else dbt_utils.slugify(name) }} {%- endif -%}
        {{ ',' if not loop.last }}
    {%- endfor %}
{%- endmacro %}

{# One row for each column of each row: its name and its value. #}
{% macro unpivot(relation=none, cast_to='varchar', exclude=none, remove=none, field_name='field_name', value_name='value', quote_identifiers=False) -%}
    {{ return(adapter.dispatch('unpivot', 'dbt_utils')(relation, cast_to, exclude, remove, field_name, value_name, quote_identifiers)) }}
{%- endmacro %}

{% macro default__unpivot(relation=none, cast_to='varchar', exclude=none, remove=none, field_name='field_name', value_name='value', quote_identifiers=False) -%}
    {%- if not relation -%}
        {%- do exceptions.raise_compiler_error('dbt_utils.unpivot takes the relation to unpivot') -%}
    {%- endif -%}
    {%- do dbt_utils._is_relation(relation, 'unpivot') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'unpivot') -%}
    {%- set exclude = exclude or [] -%}
    {%- set left_out = (exclude + (remove or [])) | map('lower') | list -%}
    {%- set kept = [] -%}
    {%- for name in exclude -%} {%- do kept.append(adapter.quote(name) if quote_identifiers else name) -%} {%- endfor -%}
    {%- set field, value = field_name, value_name -%}
    {%- if quote_identifiers -%} {%- set field, value = adapter.quote(field_name), adapter.quote(value_name) -%} {%- endif -%}

    {%- set unpivoted = [] -%}
    {%- for column in (adapter.get_columns_in_relation(relation) if execute else []) if column.column | lower not in left_out -%}
        {%- do unpivoted.append(column) -%}
    {%- endfor -%}
    {%- for column in unpivoted %}
        {%- set name = adapter.quote(column.column) if quote_identifiers else column.column -%}
        {%- set source = dbt.cast_bool_to_text(name) | trim if column.data_type | lower in ['bool', 'boolean'] else name %}
    select
        {%- for name in kept %}
        {{ name }},
        {%- endfor %}
        cast('{{ column.column }}' as {{ dbt.type_string() }}) as {{ field }},
        cast({{ source }} as {{ cast_to }}) as {{ value }}
    from {{ relation }}
    {{ 'union all' if not loop.last }}
    {%- endfor -%}
{%- endmacro %}


{% macro get_powers_of_two(upper_bound) %}
    {{ return(adapter.dispatch('get_powers_of_two', 'dbt_utils')(upper_bound)) }}
{% endmacro %}

{% macro default__get_powers_of_two(upper_bound) %}
    {{ return(dbt.get_powers_of_two(upper_bound)) }}
{% endmacro %}

{# The numbers from 1 to upper_bound, in the column generated_number. #}
{% macro generate_series(upper_bound) %}
    {{ return(adapter.dispatch('generate_series', 'dbt_utils')(upper_bound)) }}
{% endmacro %}

{% macro default__generate_series(upper_bound) %}
    {{ return(dbt.default__generate_series(upper_bound)) }}
{% endmacro %}

{% macro get_intervals_between(start_date, end_date, datepart) -%}
    {{ return(adapter.dispatch('get_intervals_between', 'dbt_utils')(start_date, end_date, datepart)) }}
{%- endmacro %}

{% macro default__get_intervals_between(start_date, end_date, datepart) -%}
    {{ return(dbt.get_intervals_between(start_date, end_date, datepart)) }}
{%- endmacro %}

{# One row a part from start_date to before end_date, in the column date_<datepart>. #}
{% macro date_spine(datepart, start_date, end_date) %}
    {{ return(adapter.dispatch('date_spine', 'dbt_utils')(datepart, start_date, end_date)) }}
{% endmacro %}

{% macro default__date_spine(datepart, start_date, end_date) %}
    with numbers as (
        {{ dbt_utils.generate_series(dbt_utils.get_intervals_between(start_date, end_date, datepart)) }}
    ),
    dates as (
        select {{ dbt.dateadd(datepart, 'row_number() over (order by 1) - 1', start_date) }} as date_{{ datepart }}
        from numbers
    )
    select *
    from dates
    where date_{{ datepart }} < {{ end_date }}
{% endmacro %}
