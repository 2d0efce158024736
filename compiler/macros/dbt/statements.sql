{# Sending SQL to the warehouse. #}

{# Runs the body of the call; load_result(name) gives what came back. The statement called `main` is the node's own. #}
{%- macro statement(name=none, fetch_result=false, auto_begin=true, language='sql') -%}
    {%- if execute -%}
        {%- set code = caller() -%}
        {%- if language != 'sql' -%}
            {%- do exceptions.raise_compiler_error('statement: the language ' ~ language ~ ' is not supported, only sql is') -%}
        {%- endif -%}
        {%- if name == 'main' -%} {%- do write(code) -%} {%- endif -%}
        {%- set response, table = adapter.execute(code, auto_begin=auto_begin, fetch=fetch_result) -%}
        {%- if name is not none -%} {%- do store_result(name, response=response, agate_table=table) -%} {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# As statement, without running anything: for materializations whose work is done elsewhere. #}
{% macro noop_statement(name=none, message=none, code=none, rows_affected=none, res=none) -%}
    {%- set sql = caller() -%}
    {%- if name == 'main' -%} {%- do write(sql) -%} {%- endif -%}
    {%- if name is not none -%}
        {%- do store_raw_result(name, message=message, code=code, rows_affected=rows_affected, agate_table=res) -%}
    {%- endif -%}
{%- endmacro %}

{# The rows of a query, as a table. #}
{% macro run_query(sql) %}
    {%- call statement('run_query_statement', fetch_result=true, auto_begin=false) -%}
        {{ sql }}
    {%- endcall -%}
    {{ return(load_result('run_query_statement').table) }}
{% endmacro %}


{# Hooks that belong inside (or outside) the transaction. DuckDB has no open one before the first hook. #}
{% macro run_hooks(hooks, inside_transaction=true) %}
    {% for hook in hooks if hook.transaction == inside_transaction %}
        {% set sql = render(hook.get('sql')) | trim %}
        {% if sql %}
            {% call statement(auto_begin=inside_transaction) %}{{ sql }}{% endcall %}
        {% endif %}
    {% endfor %}
{% endmacro %}

{% macro make_hook_config(sql, inside_transaction) %}
    {{ tojson({'sql': sql, 'transaction': inside_transaction}) }}
{% endmacro %}

{% macro before_begin(sql) %}
    {{ make_hook_config(sql, inside_transaction=false) }}
{% endmacro %}

{% macro in_transaction(sql) %}
    {{ make_hook_config(sql, inside_transaction=true) }}
{% endmacro %}

{% macro after_commit(sql) %}
    {{ make_hook_config(sql, inside_transaction=false) }}
{% endmacro %}


{# A query of which only the first rows are wanted. #}
{%- macro get_limit_subquery_sql(sql, limit) -%}
    {{ adapter.dispatch('get_limit_sql', 'dbt')(sql, limit) }}
{%- endmacro -%}

{% macro default__get_limit_sql(sql, limit) %}
  {{ sql }}
  {% if limit is not none %}
  limit {{ limit }}
  {%- endif -%}
{% endmacro %}

{% macro get_show_sql(compiled_code, sql_header, limit) -%}
    {%- if sql_header is not none -%} {{ sql_header }} {%- endif %}
  {{ get_limit_subquery_sql(compiled_code, limit) }}
{% endmacro %}

{% macro validate_sql(sql) -%}
    {{ return(adapter.dispatch('validate_sql', 'dbt')(sql)) }}
{%- endmacro %}

{% macro default__validate_sql(sql) -%}
    {%- call statement('validate_sql') -%} explain {{ sql }} {%- endcall -%}
    {{ return(load_result('validate_sql')) }}
{%- endmacro %}
