{# What the warehouse knows of itself: schemas, relations, the catalog, comments, grants, indexes, freshness. #}

{% macro information_schema_name(database) %}
    {{ return(adapter.dispatch('information_schema_name', 'dbt')(database)) }}
{% endmacro %}

{% macro default__information_schema_name(database) -%}
    {{ database ~ '.' if database }}INFORMATION_SCHEMA
{%- endmacro %}

{% macro postgres__information_schema_name(database) -%} information_schema {%- endmacro %}

{% macro list_schemas(database) -%}
    {{ return(adapter.dispatch('list_schemas', 'dbt')(database)) }}
{%- endmacro %}

{% macro default__list_schemas(database) -%}
    {{ return(run_query(
        'select distinct schema_name from ' ~ information_schema_name(database) ~ ".schemata where lower(catalog_name) = lower('" ~ database ~ "')"
    )) }}
{%- endmacro %}

{% macro duckdb__list_schemas(database) -%}
    {%- set where = " where lower(catalog_name) = lower('" ~ database ~ "')" if database else '' -%}
    {{ return(run_query('select schema_name from system.information_schema.schemata' ~ where)) }}
{%- endmacro %}

{# One row: how many schemas have the name. #}
{% macro check_schema_exists(information_schema, schema) -%}
    {{ return(adapter.dispatch('check_schema_exists', 'dbt')(information_schema, schema)) }}
{%- endmacro %}

{% macro default__check_schema_exists(information_schema, schema) -%}
    {{ return(_count_schemas(information_schema.replace(information_schema_view='SCHEMATA'), information_schema.database, schema)) }}
{%- endmacro %}

{% macro duckdb__check_schema_exists(information_schema, schema) -%}
    {{ return(_count_schemas('system.information_schema.schemata', information_schema.database, schema)) }}
{%- endmacro %}

{% macro _count_schemas(schemata, database, schema) -%}
    {{ return(run_query(
        'select count(*) from ' ~ schemata ~ " where lower(catalog_name) = lower('" ~ database ~ "') and lower(schema_name) = lower('" ~ schema ~ "')"
    )) }}
{%- endmacro %}

{# A table of database, name, schema and type. #}
{% macro list_relations_without_caching(schema_relation) %}
    {{ return(adapter.dispatch('list_relations_without_caching', 'dbt')(schema_relation)) }}
{% endmacro %}

{% macro default__list_relations_without_caching(schema_relation) %}
    {{ _not_implemented('list_relations_without_caching') }}
{% endmacro %}

{% macro duckdb__list_relations_without_caching(schema_relation) %}
    {{ return(run_query(
        "select '" ~ schema_relation.database ~ "' as database, table_name as name, table_schema as schema, "
        ~ "case table_type when 'VIEW' then 'view' else 'table' end as type from system.information_schema.tables "
        ~ "where lower(table_schema) = lower('" ~ schema_relation.schema ~ "') and lower(table_catalog) = lower('" ~ schema_relation.database ~ "')"
    )) }}
{% endmacro %}

{% macro list_function_relations_without_caching(schema_relation) %}
    {{ return(adapter.dispatch('list_function_relations_without_caching', 'dbt')(schema_relation)) }}
{% endmacro %}

{% macro default__list_function_relations_without_caching(schema_relation) %}
    {{ _not_implemented('list_function_relations_without_caching') }}
{% endmacro %}

{% macro get_relations() %}
    {{ return(adapter.dispatch('get_relations', 'dbt')()) }}
{% endmacro %}

{% macro default__get_relations() %}
    {{ _not_implemented('get_relations') }}
{% endmacro %}

{% macro get_relation_last_modified(information_schema, relations) %}
    {{ return(adapter.dispatch('get_relation_last_modified', 'dbt')(information_schema, relations)) }}
{% endmacro %}

{% macro default__get_relation_last_modified(information_schema, relations) %}
    {{ _not_implemented('get_relation_last_modified') }}
{% endmacro %}

{% macro _not_implemented(name) %}
    {{ exceptions.raise_not_implemented(name ~ ' is not implemented for ' ~ adapter.type()) }}
{% endmacro %}


{# Every column of every relation of some schemas, with comments: what the documentation shows. #}
{% macro get_catalog(information_schema, schemas) -%}
    {{ return(adapter.dispatch('get_catalog', 'dbt')(information_schema, schemas)) }}
{%- endmacro %}

{% macro default__get_catalog(information_schema, schemas) -%}
    {{ _not_implemented('get_catalog') }}
{%- endmacro %}

{% macro duckdb__get_catalog(information_schema, schemas) -%}
    {%- set wanted = [] -%}
    {%- for schema in schemas -%} {%- do wanted.append("lower(table_schema) = lower('" ~ schema ~ "')") -%} {%- endfor -%}
    {{ return(run_query(_duckdb_catalog_sql(information_schema.database, wanted))) }}
{%- endmacro %}

{% macro get_catalog_relations(information_schema, relations) -%}
    {{ return(adapter.dispatch('get_catalog_relations', 'dbt')(information_schema, relations)) }}
{%- endmacro %}

{% macro default__get_catalog_relations(information_schema, relations) -%}
    {{ _not_implemented('get_catalog_relations') }}
{%- endmacro %}

{% macro duckdb__get_catalog_relations(information_schema, relations) -%}
    {%- set wanted = [] -%}
    {%- for relation in relations -%}
        {%- set name = " and lower(table_name) = lower('" ~ relation.identifier ~ "')" if relation.identifier else '' -%}
        {%- do wanted.append("(lower(table_schema) = lower('" ~ relation.schema ~ "')" ~ name ~ ')') -%}
    {%- endfor -%}
    {{ return(run_query(_duckdb_catalog_sql(information_schema.database, wanted))) }}
{%- endmacro %}

{% macro _duckdb_catalog_sql(database, wanted) -%}
    with relations as (
        select database_name as table_database, schema_name as table_schema, table_name, 'BASE TABLE' as table_type, comment as table_comment
        from duckdb_tables()
        union all
        select database_name, schema_name, view_name, 'VIEW', comment
        from duckdb_views()
    ),
    fields as (
        select database_name as table_database, schema_name as table_schema, table_name,
            column_name, column_index, data_type as column_type, comment as column_comment
        from duckdb_columns()
    )
    select
        table_database, table_schema, table_name, table_type, table_comment,
        column_name, column_index, column_type, column_comment, null as table_owner
    from relations
    join fields using (table_database, table_schema, table_name)
    where lower(table_database) = lower('{{ database }}') and ({{ wanted | join(' or ') or 'false' }})
    order by table_schema, table_name, column_index
{%- endmacro %}

{% macro get_catalog_for_single_relation(relation) %}
    {{ return(adapter.dispatch('get_catalog_for_single_relation', 'dbt')(relation)) }}
{% endmacro %}

{% macro default__get_catalog_for_single_relation(relation) %}
    {{ _not_implemented('get_catalog_for_single_relation') }}
{% endmacro %}


{# Writes descriptions into the warehouse, if the node's persist_docs config asks for it. #}
{% macro persist_docs(relation, model, for_relation=true, for_columns=true) -%}
    {{ return(adapter.dispatch('persist_docs', 'dbt')(relation, model, for_relation, for_columns)) }}
{%- endmacro %}

{% macro default__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if for_relation and config.persist_relation_docs() and model.description -%}
        {%- do run_query(alter_relation_comment(relation, model.description)) -%}
    {%- endif -%}
    {%- if for_columns and config.persist_column_docs() and model.columns -%}
        {%- set existing = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
        {%- set sql = alter_column_comment(relation, validate_doc_columns(relation, model.columns, existing)) -%}
        {%- if sql | trim -%} {%- do run_query(sql) -%} {%- endif -%}
    {%- endif -%}
{%- endmacro %}

{# The described columns that exist; warns about the others. #}
{% macro validate_doc_columns(relation, column_dict, existing_column_names) %}
    {%- set lowered = existing_column_names | map('lower') | list -%}
    {%- set present, missing = {}, [] -%}
    {%- for name, column in column_dict.items() -%}
        {%- if name in existing_column_names or (not column['quote'] and name | lower in lowered) -%}
            {%- do present.update({name: column}) -%}
        {%- else -%}
            {%- do missing.append(name) -%}
        {%- endif -%}
    {%- endfor -%}
    {%- if missing -%}
        {%- do exceptions.warn('In relation ' ~ relation ~ ': columns that are described but not there: ' ~ missing | join(', ')) -%}
    {%- endif -%}
    {{ return(present) }}
{% endmacro %}

{% macro alter_relation_comment(relation, relation_comment) -%}
    {{ return(adapter.dispatch('alter_relation_comment', 'dbt')(relation, relation_comment)) }}
{%- endmacro %}

{% macro default__alter_relation_comment(relation, relation_comment) -%}
    {{ _not_implemented('alter_relation_comment') }}
{%- endmacro %}

{% macro duckdb__alter_relation_comment(relation, comment) %}
    {%- set macro = 'macro table' if model.config.type == 'table' else 'macro' -%}
    comment on {{ macro if relation.type == 'function' else relation.type }} {{ relation }} is {{ duckdb_escape_comment(comment) }};
{% endmacro %}

{% macro alter_column_comment(relation, column_dict) -%}
    {{ return(adapter.dispatch('alter_column_comment', 'dbt')(relation, column_dict)) }}
{%- endmacro %}

{% macro default__alter_column_comment(relation, column_dict) -%}
    {{ _not_implemented('alter_column_comment') }}
{%- endmacro %}

{% macro duckdb__alter_column_comment(relation, column_dict) %}
    {%- set existing = adapter.get_columns_in_relation(relation) | map(attribute='name') | list -%}
    {%- for name, column in column_dict.items() if name in existing %}
    comment on column {{ relation }}.{{ adapter.quote(name) if column['quote'] else name }} is {{ duckdb_escape_comment(column['description']) }};
    {%- endfor %}
{% endmacro %}

{% macro duckdb_escape_comment(comment) -%}
    {%- if comment is not string -%}
        {%- do exceptions.raise_compiler_error('a comment must be a text: ' ~ comment) -%}
    {%- endif -%}
    '{{ comment | replace("'", "''") }}'
{%- endmacro %}


{# Who may do what with a relation. #}
{% macro apply_grants(relation, grant_config, should_revoke) %}
    {{ return(adapter.dispatch('apply_grants', 'dbt')(relation, grant_config, should_revoke)) }}
{% endmacro %}

{% macro default__apply_grants(relation, grant_config, should_revoke=true) %}
    {%- if not grant_config -%} {{ return('') }} {%- endif -%}
    {%- set revoked, granted = {}, grant_config -%}
    {%- if should_revoke -%}
        {%- set existing = adapter.standardize_grants_dict(run_query(get_show_grant_sql(relation))) -%}
        {%- set revoked, granted = diff_of_two_dicts(existing, grant_config), diff_of_two_dicts(grant_config, existing) -%}
    {%- endif -%}
    {%- set statements = get_dcl_statement_list(relation, revoked, get_revoke_sql) + get_dcl_statement_list(relation, granted, get_grant_sql) -%}
    {%- if statements -%} {%- do call_dcl_statements(statements) -%} {%- endif -%}
{% endmacro %}

{% macro duckdb__apply_grants(relation, grant_config, should_revoke=true) %}
    {%- if grant_config -%} {%- do exceptions.warn('DuckDB has no grants: those of ' ~ relation ~ ' are ignored') -%} {%- endif -%}
{% endmacro %}

{# Whether grants survive when a relation is replaced. #}
{% macro copy_grants() %}
    {{ return(adapter.dispatch('copy_grants', 'dbt')()) }}
{% endmacro %}

{% macro default__copy_grants() %}
    {{ return(true) }}
{% endmacro %}

{% macro postgres__copy_grants() %}
    {{ return(false) }}
{% endmacro %}

{% macro support_multiple_grantees_per_dcl_statement() %}
    {{ return(adapter.dispatch('support_multiple_grantees_per_dcl_statement', 'dbt')()) }}
{% endmacro %}

{% macro default__support_multiple_grantees_per_dcl_statement() %}
    {{ return(true) }}
{% endmacro %}

{% macro should_revoke(existing_relation, full_refresh_mode=true) %}
    {{ return(false if not existing_relation else copy_grants() if full_refresh_mode else true) }}
{% endmacro %}

{% macro get_show_grant_sql(relation) %}
    {{ return(adapter.dispatch('get_show_grant_sql', 'dbt')(relation)) }}
{% endmacro %}

{% macro default__get_show_grant_sql(relation) %}
    show grants on {{ relation }}
{% endmacro %}

{% macro get_grant_sql(relation, privilege, grantees) %}
    {{ return(adapter.dispatch('get_grant_sql', 'dbt')(relation, privilege, grantees)) }}
{% endmacro %}

{% macro default__get_grant_sql(relation, privilege, grantees) -%}
    grant {{ privilege }} on {{ relation }} to {{ grantees | join(', ') }}
{%- endmacro %}

{% macro get_revoke_sql(relation, privilege, grantees) %}
    {{ return(adapter.dispatch('get_revoke_sql', 'dbt')(relation, privilege, grantees)) }}
{% endmacro %}

{% macro default__get_revoke_sql(relation, privilege, grantees) -%}
    revoke {{ privilege }} on {{ relation }} from {{ get_quoted_csv(grantees) }}
{%- endmacro %}

{% macro get_dcl_statement_list(relation, grant_config, get_dcl_macro) %}
    {{ return(adapter.dispatch('get_dcl_statement_list', 'dbt')(relation, grant_config, get_dcl_macro)) }}
{% endmacro %}

{% macro default__get_dcl_statement_list(relation, grant_config, get_dcl_macro) %}
    {%- set statements = [] -%}
    {%- for privilege, grantees in grant_config.items() if grantees -%}
        {%- for some in ([grantees] if support_multiple_grantees_per_dcl_statement() else grantees | batch(1)) -%}
            {%- do statements.append(get_dcl_macro(relation, privilege, some)) -%}
        {%- endfor -%}
    {%- endfor -%}
    {{ return(statements) }}
{% endmacro %}

{% macro call_dcl_statements(dcl_statement_list) %}
    {{ return(adapter.dispatch('call_dcl_statements', 'dbt')(dcl_statement_list)) }}
{% endmacro %}

{% macro default__call_dcl_statements(dcl_statement_list) %}
    {%- call statement('grants') -%} {{ dcl_statement_list | join(';\n') }} {%- endcall -%}
{% endmacro %}


{% macro create_indexes(relation) -%}
    {{ adapter.dispatch('create_indexes', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__create_indexes(relation) -%}
    {%- for index in config.get('indexes', default=[]) -%}
        {%- set sql = get_create_index_sql(relation, index) -%}
        {%- if sql -%} {%- do run_query(sql) -%} {%- endif -%}
    {%- endfor -%}
{%- endmacro %}

{% macro get_create_index_sql(relation, index_dict) -%}
    {{ return(adapter.dispatch('get_create_index_sql', 'dbt')(relation, index_dict)) }}
{%- endmacro %}

{% macro default__get_create_index_sql(relation, index_dict) -%}
    {{ return(none) }}
{%- endmacro %}

{# A new name each time: the table that is being replaced still has its own index. #}
{% macro duckdb__get_create_index_sql(relation, index_dict) -%}
    {%- set columns = index_dict['columns'] -%}
    {%- set unique = 'unique ' if index_dict.get('unique') else '' -%}
    {%- set name = 'ix_' ~ local_md5(relation | string ~ '/' ~ columns | join(',') ~ '/' ~ unique ~ py_current_timestring()) -%}
    create {{ unique }}index "{{ name }}" on {{ relation }} ({{ columns | join(', ') }})
{%- endmacro %}

{% macro get_drop_index_sql(relation, index_name) -%}
    {{ adapter.dispatch('get_drop_index_sql', 'dbt')(relation, index_name) }}
{%- endmacro %}

{% macro default__get_drop_index_sql(relation, index_name) -%}
    {{ _not_implemented('get_drop_index_sql') }}
{%- endmacro %}

{% macro get_show_indexes_sql(relation) -%}
    {{ adapter.dispatch('get_show_indexes_sql', 'dbt')(relation) }}
{%- endmacro %}

{% macro default__get_show_indexes_sql(relation) -%}
    {{ _not_implemented('get_show_indexes_sql') }}
{%- endmacro %}

{% macro drop_indexes_on_relation(relation) -%}
    {%- set indexes = run_query(
        "select index_name from duckdb_indexes() where database_name = '" ~ relation.database
        ~ "' and schema_name = '" ~ relation.schema ~ "' and table_name = '" ~ relation.identifier ~ "'"
    ) -%}
    {%- for index in indexes -%}
        {%- do run_query('drop index ' ~ relation.incorporate(path={'identifier': index[0]})) -%}
    {%- endfor -%}
{%- endmacro %}


{# When a source was loaded last, and what time it is there now. #}
{% macro collect_freshness(source, loaded_at_field, filter) %}
    {{ return(adapter.dispatch('collect_freshness', 'dbt')(source, loaded_at_field, filter)) }}
{% endmacro %}

{% macro default__collect_freshness(source, loaded_at_field, filter) %}
    {%- call statement('collect_freshness', fetch_result=true, auto_begin=false) -%}
        select max({{ loaded_at_field }}) as max_loaded_at, {{ current_timestamp() }} as snapshotted_at
        from {{ source }}
        {{ 'where ' ~ filter if filter }}
    {%- endcall -%}
    {{ return(load_result('collect_freshness')) }}
{% endmacro %}

{% macro collect_freshness_custom_sql(source, loaded_at_query) %}
    {{ return(adapter.dispatch('collect_freshness_custom_sql', 'dbt')(source, loaded_at_query)) }}
{% endmacro %}

{% macro default__collect_freshness_custom_sql(source, loaded_at_query) %}
    {%- call statement('collect_freshness_custom_sql', fetch_result=true, auto_begin=false) -%}
        select ({{ loaded_at_query }}) as max_loaded_at, {{ current_timestamp() }} as snapshotted_at
    {%- endcall -%}
    {{ return(load_result('collect_freshness_custom_sql')) }}
{% endmacro %}
