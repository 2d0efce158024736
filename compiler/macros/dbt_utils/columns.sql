{# Columns of a relation, by name. #}

{# The names of a relation's columns but those excluded, whatever their case. #}
{% macro get_filtered_columns_in_relation(from, except=[]) -%}
    {{ return(adapter.dispatch('get_filtered_columns_in_relation', 'dbt_utils')(from, except)) }}
{%- endmacro %}

{% macro default__get_filtered_columns_in_relation(from, except=[]) -%}
    {%- do dbt_utils._is_relation(from, 'get_filtered_columns_in_relation') -%}
    {%- do dbt_utils._is_ephemeral(from, 'get_filtered_columns_in_relation') -%}
    {%- if not execute -%} {{ return([]) }} {%- endif -%}
    {%- set excluded = except | map('lower') | list -%}
    {%- set names = [] -%}
    {%- for column in adapter.get_columns_in_relation(from) if column.column | lower not in excluded -%}
        {%- do names.append(column.column) -%}
    {%- endfor -%}
    {{ return(names) }}
{%- endmacro %}

{# A select list of a relation's columns. An alias is written only where something asks for one, so that the list fits a group by. #}
{% macro star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True, unquote_aliases=False, rename={}) -%}
    {{ return(adapter.dispatch('star', 'dbt_utils')(from, relation_alias, except, prefix, suffix, quote_identifiers, unquote_aliases, rename)) }}
{%- endmacro %}

{% macro default__star(from, relation_alias=False, except=[], prefix='', suffix='', quote_identifiers=True, unquote_aliases=False, rename={}) -%}
    {%- do dbt_utils._is_relation(from, 'star') -%}
    {%- do dbt_utils._is_ephemeral(from, 'star') -%}
    {%- if not execute -%} {{ return('*') }} {%- endif -%}
    {%- set renamed = {} -%}
    {%- for name, alias in rename.items() -%} {%- do renamed.update({name | lower: alias}) -%} {%- endfor -%}
    {%- set fields = [] -%}
    {%- for name in dbt_utils.get_filtered_columns_in_relation(from, except) -%}
        {%- set column = adapter.quote(name) | trim if quote_identifiers else name -%}
        {%- set decorated = prefix ~ name ~ suffix -%}
        {%- if name | lower in renamed -%}
            {%- set alias = renamed[name | lower] -%}
        {%- elif quote_identifiers and unquote_aliases -%}
            {%- set alias = decorated -%}
        {%- elif prefix or suffix -%}
            {%- set alias = adapter.quote(decorated) | trim if quote_identifiers else decorated -%}
        {%- else -%}
            {%- set alias = none -%}
        {%- endif -%}
        {%- do fields.append((relation_alias ~ '.' if relation_alias else '') ~ column ~ (' as ' ~ alias if alias else '')) -%}
    {%- endfor -%}
    {%- if fields -%}
        {{ fields | join(',\n  ') }}
    {%- elif flags.WHICH == 'compile' -%}
        * /* {{ from }} has no columns, or does not exist yet */
    {%- else -%}
        /* {{ from }} has no columns that are not excluded */
    {%- endif -%}
{%- endmacro %}


{# A select list in which empty texts are nulls. #}
{% macro nullcheck(cols) %}
    {{ return(adapter.dispatch('nullcheck', 'dbt_utils')(cols)) }}
{% endmacro %}

{% macro default__nullcheck(cols) %}
    {%- for column in cols %}
        {{ "nullif(" ~ column.name ~ ", '') as " ~ column.name if column.is_string() else column.name }}{{ ',' if not loop.last }}
    {%- endfor -%}
{% endmacro %}

{# All of a relation, with nulls in the place of empty texts. #}
{% macro nullcheck_table(relation) %}
    {{ return(adapter.dispatch('nullcheck_table', 'dbt_utils')(relation)) }}
{% endmacro %}

{% macro default__nullcheck_table(relation) %}
    {%- do dbt_utils._is_relation(relation, 'nullcheck_table') -%}
    {%- do dbt_utils._is_ephemeral(relation, 'nullcheck_table') %}
    select {{ dbt_utils.nullcheck(adapter.get_columns_in_relation(relation)) }}
    from {{ relation }}
{% endmacro %}


{# Stops with a message unless the argument of a macro is a relation that exists in the warehouse. #}
{% macro _is_relation(obj, macro) %}
    {%- if obj is none or obj is string or obj is number or obj.identifier is not defined -%}
        {%- do exceptions.raise_compiler_error('dbt_utils.' ~ macro ~ ' takes a relation, such as ref(...) or source(...), not: ' ~ obj) -%}
    {%- endif -%}
{% endmacro %}

{% macro _is_ephemeral(obj, macro) %}
    {%- if obj.is_cte -%}
        {%- do exceptions.raise_compiler_error(
            'dbt_utils.' ~ macro ~ ' asks the warehouse, which does not know the ephemeral model ' ~ obj.identifier ~ '. Materialize it as a view or a table.'
        ) -%}
    {%- endif -%}
{% endmacro %}
