{# The variants for DuckDB that a project or package may call or override by name. What they write is what mdl writes for any warehouse. #}

{% macro duckdb__create_table_as(temporary, relation, compiled_code, language='sql', partitioned_by=none, sorted_by=none) -%}
    {%- if language != 'sql' %}{% do exceptions.raise_compiler_error('mdl builds tables of SQL only, not of ' ~ language) %}{% endif -%}
    {{ return(default__create_table_as(temporary, relation, compiled_code)) }}
{%- endmacro %}

{% macro duckdb__create_view_as(relation, sql) %}{{ return(default__create_view_as(relation, sql)) }}{% endmacro %}

{% macro duckdb__get_columns_in_relation(relation) %}{{ return(default__get_columns_in_relation(relation)) }}{% endmacro %}

{% macro duckdb__rename_relation(from_relation, to_relation) %}{{ return(default__rename_relation(from_relation, to_relation)) }}{% endmacro %}

{% macro duckdb__drop_relation(relation) %}{{ return(default__drop_relation(relation)) }}{% endmacro %}

{% macro duckdb__create_schema(relation) %}{{ return(default__create_schema(relation)) }}{% endmacro %}

{% macro duckdb__drop_schema(relation) %}{{ return(default__drop_schema(relation)) }}{% endmacro %}

{% macro duckdb__load_csv_rows(model, agate_table) %}{{ return(default__load_csv_rows(model, agate_table)) }}{% endmacro %}

{% macro duckdb__get_batch_size() %}{{ return(default__get_batch_size()) }}{% endmacro %}

{# Predicates call the table DBT_INCREMENTAL_TARGET where unique_key is a list. #}
{% macro duckdb__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates) -%}
    {%- if not unique_key or unique_key is string -%}
        {{ return(default__get_delete_insert_merge_sql(target, source, unique_key, dest_columns, incremental_predicates)) }}
    {%- endif -%}
    {%- set conditions = [] -%}
    {%- for key in unique_key -%} {%- do conditions.append(source ~ '.' ~ key ~ ' = DBT_INCREMENTAL_TARGET.' ~ key) -%} {%- endfor -%}
    delete from {{ target }} as DBT_INCREMENTAL_TARGET
    using {{ source }}
    where {{ (conditions + _as_list(incremental_predicates)) | join(' and ') }};
    {{ get_insert_into_sql(target, source, dest_columns) }}
{%- endmacro %}

{% macro duckdb__get_incremental_merge_sql(args_dict) %}{{ return(default__get_incremental_merge_sql(args_dict)) }}{% endmacro %}

{% macro duckdb__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates=none) %}
    {{ return(default__get_merge_sql(target, source, unique_key, dest_columns, incremental_predicates)) }}
{% endmacro %}

{# Hands a relation to a plug-in of dbt-duckdb. #}
{% macro store_relation(plugin, relation, location, format, config) %}
    {%- do adapter.store_relation(plugin, relation, adapter.get_columns_in_relation(relation), location, format, config) -%}
{% endmacro %}

{# A configuration that is one text or a list of texts, as a list. #}
{% macro normalize_string_or_list(raw, field_name) %}
    {%- set texts = [] if raw is none else ([raw] if raw is string else raw) -%}
    {%- if texts is mapping or texts is not sequence -%}
        {%- do exceptions.raise_compiler_error(field_name ~ ' must be a text or a list of texts, not ' ~ raw) -%}
    {%- endif -%}
    {%- for text in texts if text is not string -%}
        {%- do exceptions.raise_compiler_error(field_name ~ ' must be a list of texts, but holds ' ~ text) -%}
    {%- endfor -%}
    {{ return(texts | list) }}
{% endmacro %}

{# A model's name as a literal inside double quotes. #}
{% macro resolve_model_name(input_model_name) %}
    {{- return(adapter.dispatch('resolve_model_name', 'dbt')(input_model_name)) -}}
{% endmacro %}

{% macro default__resolve_model_name(input_model_name) -%}
    {{ input_model_name | string | replace('"', '\\"') }}
{%- endmacro %}
