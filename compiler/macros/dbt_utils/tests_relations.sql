{# Generic tests of whole relations. A test's query finds the failures. #}

{% test expression_is_true(model, expression, column_name=None) %}
    {{ return(adapter.dispatch('test_expression_is_true', 'dbt_utils')(model, expression, column_name)) }}
{% endtest %}

{# On a column, the expression goes on behind the column's name. A null is not a failure. #}
{% macro default__test_expression_is_true(model, expression, column_name) %}
select {{ '*' if should_store_failures() else '1' }}
from {{ model }}
where not({{ column_name ~ ' ' if column_name }}{{ expression }})
{% endmacro %}


{% test unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
    {{ return(adapter.dispatch('test_unique_combination_of_columns', 'dbt_utils')(model, combination_of_columns, quote_columns)) }}
{% endtest %}

{% macro default__test_unique_combination_of_columns(model, combination_of_columns, quote_columns=false) %}
{%- set columns = [] -%}
{%- for column in combination_of_columns -%}
    {%- do columns.append(adapter.quote(column) if quote_columns else column) -%}
{%- endfor %}
select {{ columns | join(', ') }}
from {{ model }}
group by {{ columns | join(', ') }}
having count(*) > 1
{% endmacro %}


{% test equal_rowcount(model, compare_model, group_by_columns=[]) %}
    {{ config(fail_calc='sum(coalesce(diff_count, 0))') }}
    {{ return(adapter.dispatch('test_equal_rowcount', 'dbt_utils')(model, compare_model, group_by_columns)) }}
{% endtest %}

{# A group that only one relation has is no failure. #}
{% macro default__test_equal_rowcount(model, compare_model, group_by_columns) %}
{{ dbt_utils._row_counts(model, compare_model, group_by_columns) }}
select *, abs(count_a - count_b) as diff_count
from row_counts
{% endmacro %}


{% test fewer_rows_than(model, compare_model, group_by_columns=[]) %}
    {{ config(fail_calc='sum(coalesce(row_count_delta, 0))') }}
    {{ return(adapter.dispatch('test_fewer_rows_than', 'dbt_utils')(model, compare_model, group_by_columns)) }}
{% endtest %}

{# As many rows are one too many. #}
{% macro default__test_fewer_rows_than(model, compare_model, group_by_columns) %}
{{ dbt_utils._row_counts(model, compare_model, group_by_columns) }}
select
    *,
    case
        when count_a = count_b then 1
        when count_a > count_b then count_a - count_b
        else 0
    end as row_count_delta
from row_counts
{% endmacro %}

{# The rows of two relations, counted in all or by group. #}
{% macro _row_counts(model, compare_model, group_by_columns) -%}
with a as (
    select {{ dbt_utils._and_then(group_by_columns) }}1 as joined, count(*) as count_a
    from {{ model }}
    {{ dbt_utils._group_by(group_by_columns) }}
),
b as (
    select {{ dbt_utils._and_then(group_by_columns) }}1 as joined, count(*) as count_b
    from {{ compare_model }}
    {{ dbt_utils._group_by(group_by_columns) }}
),
row_counts as (
    select
        {%- for column in group_by_columns %}
        a.{{ column }} as {{ column }}_a,
        b.{{ column }} as {{ column }}_b,
        {%- endfor %}
        count_a,
        count_b
    from a
    full join b on a.joined = b.joined
    {%- for column in group_by_columns %} and a.{{ column }} = b.{{ column }} {%- endfor %}
)
{%- endmacro %}


{% test equality(model, compare_model, compare_columns=None, exclude_columns=None, precision=None) %}
    {{ config(fail_calc="count(*) + coalesce(abs(sum(case which_diff when 'a_minus_b' then 1 else -1 end)), 0)") }}
    {{ return(adapter.dispatch('test_equality', 'dbt_utils')(model, compare_model, compare_columns, exclude_columns, precision)) }}
{% endtest %}

{# With a precision, fractions are equal if they are so many decimals long. #}
{% macro default__test_equality(model, compare_model, compare_columns=None, exclude_columns=None, precision=None) %}
{%- if compare_columns and exclude_columns -%}
    {{ exceptions.raise_compiler_error('dbt_utils.equality takes compare_columns or exclude_columns, not both') }}
{%- endif -%}
{%- if not execute -%} {{ return('') }} {%- endif -%}
{%- set fields = compare_columns or [] -%}
{%- if precision or not compare_columns -%}
    {%- set fields = dbt_utils._comparable(model, compare_columns, exclude_columns, precision) -%}
{%- endif -%}
{%- if not compare_columns -%}
    {%- set here = dbt_utils.get_filtered_columns_in_relation(model, exclude_columns or []) | map('lower') | sort -%}
    {%- set there = dbt_utils.get_filtered_columns_in_relation(compare_model, exclude_columns or []) | map('lower') | sort -%}
    {%- if here != there -%}
        {{ exceptions.raise_compiler_error(
            'dbt_utils.equality: the relations have different columns; choose with compare_columns or exclude_columns. '
            ~ model ~ ': ' ~ here | join(', ') ~ '. ' ~ compare_model ~ ': ' ~ there | join(', ')
        ) }}
    {%- endif -%}
{%- endif %}
with a as (
    select {{ fields | join(', ') }} from {{ model }}
),
b as (
    select {{ fields | join(', ') }} from {{ compare_model }}
),
{{ dbt_utils._differences('a', 'b') }}
{% endmacro %}

{# The columns of a relation that are compared, rounded if they are fractions. #}
{% macro _comparable(relation, compare_columns, exclude_columns, precision) %}
    {%- do dbt_utils._is_relation(relation, 'equality') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'equality') -%}
    {%- set wanted, unwanted = (compare_columns or []) | map('lower') | list, (exclude_columns or []) | map('lower') | list -%}
    {%- set fields = [] -%}
    {%- for column in adapter.get_columns_in_relation(relation)
          if column.column | lower not in unwanted and (not wanted or column.column | lower in wanted) -%}
        {%- set name = adapter.quote(column.column) -%}
        {%- set fraction = precision and (column.is_float() or column.is_numeric()) -%}
        {%- do fields.append('round(' ~ name ~ ', ' ~ precision ~ ') as ' ~ name if fraction else name) -%}
    {%- endfor -%}
    {{ return(fields) }}
{% endmacro %}


{% test recency(model, field, datepart, interval, ignore_time_component=False, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_recency', 'dbt_utils')(model, field, datepart, interval, ignore_time_component, group_by_columns)) }}
{% endtest %}

{% macro default__test_recency(model, field, datepart, interval, ignore_time_component, group_by_columns) %}
{%- set type = 'date' if ignore_time_component else dbt.type_timestamp() -%}
{%- set threshold = dbt.dateadd(datepart, interval * -1, dbt.current_timestamp_backcompat() | trim) | trim %}
with latest as (
    select {{ dbt_utils._and_then(group_by_columns) }}max(cast({{ field }} as {{ type }})) as most_recent
    from {{ model }}
    {{ dbt_utils._group_by(group_by_columns) }}
)
select *, cast({{ threshold }} as {{ type }}) as threshold
from latest
where most_recent < cast({{ threshold }} as {{ type }}) or most_recent is null
{% endmacro %}


{% test mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by=None, gaps='allowed', zero_length_range_allowed=False) %}
    {{ return(adapter.dispatch('test_mutually_exclusive_ranges', 'dbt_utils')(
        model, lower_bound_column, upper_bound_column, partition_by, gaps, zero_length_range_allowed
    )) }}
{% endtest %}

{# Each range against the one after it. #}
{% macro default__test_mutually_exclusive_ranges(model, lower_bound_column, upper_bound_column, partition_by=None, gaps='allowed', zero_length_range_allowed=False) %}
{%- set to_next = {'not_allowed': '=', 'allowed': '<=', 'required': '<'} -%}
{%- if gaps not in to_next -%}
    {{ exceptions.raise_compiler_error("dbt_utils.mutually_exclusive_ranges: gaps is 'not_allowed', 'allowed' or 'required', not '" ~ gaps ~ "'") }}
{%- elif zero_length_range_allowed is not sameas true and zero_length_range_allowed is not sameas false -%}
    {{ exceptions.raise_compiler_error('dbt_utils.mutually_exclusive_ranges: zero_length_range_allowed is true or false, not ' ~ zero_length_range_allowed) }}
{%- endif -%}
{%- set partition = 'partition by ' ~ partition_by if partition_by else '' %}
with ranges as (
    select
        {{ partition_by ~ ' as partition_by_col,' if partition_by }}
        {{ lower_bound_column }} as lower_bound,
        {{ upper_bound_column }} as upper_bound,
        lead({{ lower_bound_column }}) over ({{ partition }} order by {{ lower_bound_column }}, {{ upper_bound_column }}) as next_lower_bound,
        row_number() over ({{ partition }} order by {{ lower_bound_column }} desc, {{ upper_bound_column }} desc) = 1 as is_last_record
    from {{ model }}
)
select *
from ranges
where not coalesce(lower_bound {{ '<=' if zero_length_range_allowed else '<' }} upper_bound, false)
    or not coalesce(upper_bound {{ to_next[gaps] }} next_lower_bound, is_last_record, false)
{% endmacro %}
