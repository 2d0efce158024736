{# Answers of the warehouse as values of Jinja. #}

{# The different values of a column; the default if the relation does not exist yet. #}
{% macro get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) -%}
    {{ return(adapter.dispatch('get_column_values', 'dbt_utils')(table, column, order_by, max_records, default, where)) }}
{%- endmacro %}

{% macro default__get_column_values(table, column, order_by='count(*) desc', max_records=none, default=none, where=none) -%}
    {%- set default = [] if default is none else default -%}
    {%- if not execute -%} {{ return(default) }} {%- endif -%}
    {%- do dbt_utils._is_ephemeral(table, 'get_column_values') -%}
    {%- if table is not string and not load_relation(table) -%}
        {%- do log('dbt_utils.get_column_values: ' ~ table ~ ' does not exist, the default is taken') -%}
        {{ return(default) }}
    {%- endif -%}
    {%- set rows = run_query(
        'select ' ~ column ~ ' as value from ' ~ table
        ~ (' where ' ~ where if where else '')
        ~ ' group by ' ~ column ~ ' order by ' ~ order_by
        ~ (' limit ' ~ max_records if max_records is not none else '')
    ) -%}
    {%- set values = [] -%}
    {%- for row in rows -%} {%- do values.append(row[0]) -%} {%- endfor -%}
    {{ return(values or default) }}
{%- endmacro %}

{# The first value of the first row, or the default. #}
{% macro get_single_value(query, default=none) %}
    {{ return(adapter.dispatch('get_single_value', 'dbt_utils')(query, default)) }}
{% endmacro %}

{% macro default__get_single_value(query, default) %}
    {%- if not execute -%} {{ return(default) }} {%- endif -%}
    {%- set rows = run_query(query).rows -%}
    {{ return(rows[0][0] if rows else default) }}
{% endmacro %}

{# {column name: values}. #}
{% macro get_query_results_as_dict(query) %}
    {{ return(adapter.dispatch('get_query_results_as_dict', 'dbt_utils')(query)) }}
{% endmacro %}

{% macro default__get_query_results_as_dict(query) %}
    {%- set results = {} -%}
    {%- for column in (run_query(query).columns if execute else []) -%}
        {%- do results.update({column.name: column.values()}) -%}
    {%- endfor -%}
    {{ return(results) }}
{% endmacro %}
