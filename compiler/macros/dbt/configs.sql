{# What the run and the node's configuration ask for. #}

{% macro set_sql_header(config) -%}
    {{ config.set('sql_header', caller()) }}
{%- endmacro %}

{% macro should_full_refresh() %}
    {%- set configured = config.get('full_refresh') -%}
    {{ return(flags.FULL_REFRESH if configured is none else configured) }}
{% endmacro %}

{% macro should_store_failures() %}
    {%- set configured = config.get('store_failures') -%}
    {{ return(flags.STORE_FAILURES if configured is none else configured) }}
{% endmacro %}

{# Whether this run adds to a table that an earlier run has built. #}
{% macro is_incremental() %}
    {%- if not execute -%} {{ return(false) }} {%- endif -%}
    {%- set existing = adapter.get_relation(this.database, this.schema, this.table) -%}
    {{ return(
        existing is not none
        and existing.type == 'table'
        and model.config.materialized == 'incremental'
        and not should_full_refresh()
    ) }}
{% endmacro %}

{% macro is_core_v2() -%}
    {{ return(dbt_version.split('.')[0] | int == 2) }}
{%- endmacro %}
