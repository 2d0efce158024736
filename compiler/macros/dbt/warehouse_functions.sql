{# Functions that live in the warehouse: resources of the type function. On DuckDB they are macros, which take part in transactions and are put into the query that calls them. #}

{% materialization function, default, supported_languages=['sql', 'python', 'javascript'] %}
    {%- set existing, target = load_cached_relation(this), this.incorporate(type='function') -%}
    {%- set build = (config.get('type') or 'scalar') ~ '_function_' ~ model.language -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {%- set dispatch = adapter.dispatch -%}
    {{ function_execute_build_sql(dispatch(build, 'dbt')(target), existing, target) }}
    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=false) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}

{% macro function_execute_build_sql(build_sql, existing_relation, target_relation) %}
    {{ return(adapter.dispatch('function_execute_build_sql', 'dbt')(build_sql, existing_relation, target_relation)) }}
{% endmacro %}

{% macro default__function_execute_build_sql(build_sql, existing_relation, target_relation) %}
    {%- call statement('main') -%} {{ build_sql }} {%- endcall -%}
    {%- do apply_grants(target_relation, config.get('grants'), should_revoke=should_revoke(existing_relation, full_refresh_mode=true)) -%}
    {%- do persist_docs(target_relation, model, for_columns=false) -%}
{% endmacro %}


{% macro scalar_function_sql(target_relation) %}
    {{ return(adapter.dispatch('scalar_function_sql', 'dbt')(target_relation)) }}
{% endmacro %}

{% macro default__scalar_function_sql(target_relation) %}
    {{ scalar_function_create_replace_signature_sql(target_relation) }} {{ scalar_function_body_sql() }}
{% endmacro %}

{% macro scalar_function_create_replace_signature_sql(target_relation) %}
    {{ return(adapter.dispatch('scalar_function_create_replace_signature_sql', 'dbt')(target_relation)) }}
{% endmacro %}

{% macro default__scalar_function_create_replace_signature_sql(target_relation) %}
    create or replace function {{ target_relation }} ({{ formatted_scalar_function_args_sql() }})
    returns {{ model.returns.data_type }} {{ scalar_function_volatility_sql() }} as
{% endmacro %}

{% macro duckdb__scalar_function_create_replace_signature_sql(target_relation) -%}
    create or replace macro {{ target_relation }} ({{ formatted_scalar_function_args_sql() }}) as
{%- endmacro %}

{% macro formatted_scalar_function_args_sql() %}
    {{ return(adapter.dispatch('formatted_scalar_function_args_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__formatted_scalar_function_args_sql() %}
    {%- set arguments = [] -%}
    {%- for argument in model.arguments -%} {%- do arguments.append(argument.name ~ ' ' ~ argument.data_type) -%} {%- endfor -%}
    {{ return(arguments | join(', ')) }}
{% endmacro %}

{# Without types: files of DuckDB that versions before 1.4 can read hold none. #}
{% macro duckdb__formatted_scalar_function_args_sql() %}
    {%- set arguments = [] -%}
    {%- for argument in model.arguments -%}
        {%- do arguments.append(argument.name ~ (' := ' ~ argument.default_value if argument.default_value is defined and argument.default_value is not none else '')) -%}
    {%- endfor -%}
    {{ return(arguments | join(', ')) }}
{% endmacro %}

{% macro scalar_function_body_sql() %}
    {{ return(adapter.dispatch('scalar_function_body_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__scalar_function_body_sql() %}
    $$ {{ model.compiled_code }} $$ language sql
{% endmacro %}

{# An expression or a query of one value, as the type that is returned. #}
{% macro duckdb__scalar_function_body_sql() %}
    {%- set returned = (model.returns or {}).data_type -%}
    {%- set typed = returned and returned != 'INVALID_TYPE' -%}
    ({{ 'cast((' if typed }}
{{ _function_body() }}
    {{ ') as ' ~ returned ~ ')' if typed }})
{% endmacro %}

{% macro _function_body() %}
    {{ return(model.compiled_code.rstrip().rstrip(';')) }}
{% endmacro %}

{% macro scalar_function_volatility_sql() %}
    {{ return(adapter.dispatch('scalar_function_volatility_sql', 'dbt')()) }}
{% endmacro %}

{% macro default__scalar_function_volatility_sql() %}
    {%- set volatility = config.get('volatility') -%}
    {%- set known = {'deterministic': 'immutable', 'stable': 'stable', 'non-deterministic': 'volatile'} -%}
    {%- if volatility and volatility not in known -%} {%- do unsupported_volatility_warning(volatility) -%} {%- endif -%}
    {{ return(known.get(volatility, '')) }}
{% endmacro %}

{% macro unsupported_volatility_warning(volatility) %}
    {{ return(adapter.dispatch('unsupported_volatility_warning', 'dbt')(volatility)) }}
{% endmacro %}

{% macro default__unsupported_volatility_warning(volatility) %}
    {%- do exceptions.warn('The volatility ' ~ volatility ~ ' of the function ' ~ model.name ~ ' is ignored: ' ~ adapter.type() ~ ' does not know it') -%}
{% endmacro %}


{# An aggregate of DuckDB is an expression of aggregates; a query would aggregate by itself. #}
{% macro duckdb__aggregate_function_sql(target_relation) %}
    {%- if modules.re.match('(?is)\\s*(select|with|from)\\b', model.compiled_code) -%}
        {{ exceptions.raise_compiler_error(
            'the aggregate function ' ~ model.name ~ ' is a query, which DuckDB cannot make an aggregate of'
            ~ '\nwrite an expression of aggregates, such as sum(x) / count(*)'
        ) }}
    {%- endif -%}
    {{ return(scalar_function_sql(target_relation)) }}
{% endmacro %}

{% macro duckdb__table_function_sql(target_relation) %}
    create or replace macro {{ target_relation }} ({{ formatted_scalar_function_args_sql() }}) as table (
{{ _function_body() }}
    )
{% endmacro %}

{% macro default__aggregate_function_sql(target_relation) %} {{ _function_not_here('aggregate', 'sql') }} {% endmacro %}

{% macro default__table_function_sql(target_relation) %} {{ _function_not_here('table', 'sql') }} {% endmacro %}

{% macro default__scalar_function_javascript(target_relation) %} {{ _function_not_here('scalar', 'javascript') }} {% endmacro %}

{% macro default__scalar_function_python(target_relation) %} {{ _function_not_here('scalar', 'python') }} {% endmacro %}

{% macro default__aggregate_function_python(target_relation) %} {{ _function_not_here('aggregate', 'python') }} {% endmacro %}

{% macro _function_not_here(type, language) %}
    {{ exceptions.raise_compiler_error(adapter.type() ~ ' has no ' ~ type ~ ' functions in ' ~ language ~ ': write ' ~ model.name ~ ' as an SQL expression') }}
{% endmacro %}
