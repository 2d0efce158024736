{# Generic tests of the values of a column. A test's query finds the failures. #}

{% test accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
    {{ return(adapter.dispatch('test_accepted_range', 'dbt_utils')(model, column_name, min_value, max_value, inclusive)) }}
{% endtest %}

{# A null is in every range. #}
{% macro default__test_accepted_range(model, column_name, min_value=none, max_value=none, inclusive=true) %}
{%- set or_equal = '=' if inclusive else '' -%}
{%- set outside = [] -%}
{%- if min_value is not none -%} {%- do outside.append('not ' ~ column_name ~ ' >' ~ or_equal ~ ' ' ~ min_value) -%} {%- endif -%}
{%- if max_value is not none -%} {%- do outside.append('not ' ~ column_name ~ ' <' ~ or_equal ~ ' ' ~ max_value) -%} {%- endif %}

select *
from {{ model }}
where {{ outside | join(' or ') or 'false' }}
{% endmacro %}


{% test at_least_one(model, column_name, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_at_least_one', 'dbt_utils')(model, column_name, group_by_columns)) }}
{% endtest %}

{% macro default__test_at_least_one(model, column_name, group_by_columns) %}
select {{ dbt_utils._and_then(group_by_columns) }}count({{ column_name }}) as filler_column
from {{ model }}
{{ dbt_utils._group_by(group_by_columns) }}
having count({{ column_name }}) = 0
{% endmacro %}


{% test not_constant(model, column_name, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_not_constant', 'dbt_utils')(model, column_name, group_by_columns)) }}
{% endtest %}

{% macro default__test_not_constant(model, column_name, group_by_columns) %}
select {{ dbt_utils._and_then(group_by_columns) }}count(distinct {{ column_name }}) as filler_column
from {{ model }}
{{ dbt_utils._group_by(group_by_columns) }}
having count(distinct {{ column_name }}) = 1
{% endmacro %}


{% test not_empty_string(model, column_name, trim_whitespace=true) %}
    {{ return(adapter.dispatch('test_not_empty_string', 'dbt_utils')(model, column_name, trim_whitespace)) }}
{% endtest %}

{% macro default__test_not_empty_string(model, column_name, trim_whitespace=true) %}
select *
from {{ model }}
where {{ 'trim(' ~ column_name ~ ')' if trim_whitespace else column_name }} = ''
{% endmacro %}


{% test not_accepted_values(model, column_name, values, quote=True) %}
    {{ return(adapter.dispatch('test_not_accepted_values', 'dbt_utils')(model, column_name, values, quote)) }}
{% endtest %}

{# One failure for each value that is there, however often. #}
{% macro default__test_not_accepted_values(model, column_name, values, quote=True) %}
select distinct {{ column_name }} as value_field
from {{ model }}
where {{ column_name }} in (
    {% for value in values %}{{ "'" ~ value ~ "'" if quote else value }}{{ ', ' if not loop.last }}{% endfor %}
)
{% endmacro %}


{% test not_null_proportion(model, column_name, at_least=none, at_most=1.0, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_not_null_proportion', 'dbt_utils')(model, column_name, at_least, at_most, group_by_columns)) }}
{% endtest %}

{% macro default__test_not_null_proportion(model, column_name, at_least, at_most, group_by_columns) %}
with proportions as (
    select
        {{ dbt_utils._and_then(group_by_columns) }}count({{ column_name }}) / cast(count(*) as {{ dbt.type_numeric() }}) as not_null_proportion
    from {{ model }}
    {{ dbt_utils._group_by(group_by_columns) }}
)
select *
from proportions
where not (not_null_proportion >= {{ at_least }} and not_null_proportion <= {{ at_most }})
{% endmacro %}


{% test sequential_values(model, column_name, interval=1, datepart=None, group_by_columns=[]) %}
    {{ return(adapter.dispatch('test_sequential_values', 'dbt_utils')(model, column_name, interval, datepart, group_by_columns)) }}
{% endtest %}

{% macro default__test_sequential_values(model, column_name, interval=1, datepart=None, group_by_columns=[]) %}
with steps as (
    select
        {{ dbt_utils._and_then(group_by_columns) }}{{ column_name }},
        lag({{ column_name }}) over (
            {{ 'partition by ' ~ group_by_columns | join(', ') if group_by_columns }}
            order by {{ column_name }}
        ) as previous_value
    from {{ model }}
)
select *
from steps
{%- if datepart %}
where not (
    cast({{ column_name }} as {{ dbt.type_timestamp() }})
    = cast({{ dbt.dateadd(datepart, interval, 'previous_value') }} as {{ dbt.type_timestamp() }})
)
{%- else %}
where not ({{ column_name }} = previous_value + {{ interval }})
{%- endif %}
{% endmacro %}


{% test relationships_where(model, column_name, to, field, from_condition='1=1', to_condition='1=1') %}
    {{ return(adapter.dispatch('test_relationships_where', 'dbt_utils')(model, column_name, to, field, from_condition, to_condition)) }}
{% endtest %}

{% macro default__test_relationships_where(model, column_name, to, field, from_condition='1=1', to_condition='1=1') %}
with children as (
    select {{ column_name }} as id
    from {{ model }}
    where {{ column_name }} is not null and {{ from_condition }}
),
parents as (
    select {{ field }} as id
    from {{ to }}
    where {{ field }} is not null and {{ to_condition }}
)
select children.id, parents.id as right_id
from children
left join parents on parents.id = children.id
where parents.id is null
{% endmacro %}


{% test cardinality_equality(model, column_name, to, field) %}
    {{ return(adapter.dispatch('test_cardinality_equality', 'dbt_utils')(model, column_name, to, field)) }}
{% endtest %}

{# Every value must be as often here as there. #}
{% macro default__test_cardinality_equality(model, column_name, to, field) %}
with here as (
    select {{ column_name }} as value_field, count(*) as num_rows
    from {{ model }}
    group by {{ column_name }}
),
there as (
    select {{ field }} as value_field, count(*) as num_rows
    from {{ to }}
    group by {{ field }}
),
{{ dbt_utils._differences('here', 'there') }}
{% endmacro %}


{# Pieces of the tests above and of those of whole relations. #}

{% macro _and_then(columns) -%}
    {%- for column in columns -%} {{ column }},{{ ' ' }} {%- endfor -%}
{%- endmacro %}

{% macro _group_by(columns) -%}
    {{ 'group by ' ~ columns | join(', ') if columns }}
{%- endmacro %}

{# The rows that only one of two relations has. #}
{% macro _differences(here, there) -%}
only_here as (
    select * from {{ here }}
    {{ dbt.except() | trim }}
    select * from {{ there }}
),
only_there as (
    select * from {{ there }}
    {{ dbt.except() | trim }}
    select * from {{ here }}
)
select 'a_minus_b' as which_diff, only_here.* from only_here
union all
select 'b_minus_a' as which_diff, only_there.* from only_there
{%- endmacro %}
