{# The materializations as macros. mdl builds views, tables, incremental models, seeds and snapshots without them; these run where a project or a package overrides a macro that they call, or calls one of them itself. Each works in one transaction, so that a reader sees the old relation or the new one. #}

{% materialization view, default %}
    {%- set existing, target = load_cached_relation(this), this.incorporate(type='view') -%}
    {%- set staged = _begin_materialization(target) -%}
    {%- call statement('main') -%} {{ get_create_view_as_sql(staged, sql) }} {%- endcall -%}
    {%- do _take_place(existing, staged, target) -%}
    {{ return(_end_materialization(target, should_revoke(existing, full_refresh_mode=true))) }}
{% endmaterialization %}

{% materialization table, adapter='duckdb' %}
    {%- set existing, target = load_cached_relation(this), this.incorporate(type='table') -%}
    {%- set staged = _begin_materialization(target) -%}
    {%- call statement('main') -%} {{ get_create_table_as_sql(false, staged, compiled_code) }} {%- endcall -%}
    {%- do _take_place(existing, staged, target) -%}
    {%- do create_indexes(target) -%}
    {{ return(_end_materialization(target, should_revoke(existing, full_refresh_mode=true))) }}
{% endmaterialization %}

{% materialization incremental, adapter='duckdb' %}
    {%- set existing, target = load_cached_relation(this), this.incorporate(type='table') -%}
    {%- set rebuild = existing is none or not existing.is_table or should_full_refresh() -%}
    {%- set staged = _begin_materialization(target) -%}
    {%- if rebuild -%}
        {%- call statement('main') -%} {{ get_create_table_as_sql(false, staged, compiled_code) }} {%- endcall -%}
        {%- do _take_place(existing, staged, target) -%}
        {%- do create_indexes(target) -%}
    {%- else -%}
        {%- set temp = make_temp_relation(target) -%}
        {%- call statement('temp') -%} {{ get_create_table_as_sql(true, temp, compiled_code) }} {%- endcall -%}
        {%- do adapter.expand_target_column_types(from_relation=temp, to_relation=target) -%}
        {%- set on_schema_change = incremental_validate_on_schema_change(config.get('on_schema_change'), default='ignore') -%}
        {%- set columns = process_schema_changes(on_schema_change, temp, target) or adapter.get_columns_in_relation(target) -%}
        {%- set strategy = adapter.get_incremental_strategy_macro(context, config.get('incremental_strategy') or 'default') -%}
        {%- set build_sql = strategy({
            'target_relation': target,
            'temp_relation': temp,
            'unique_key': config.get('unique_key'),
            'dest_columns': columns,
            'incremental_predicates': config.get('predicates') or config.get('incremental_predicates')
        }) -%}
        {%- call statement('main') -%} {{ build_sql }} {%- endcall -%}
        {%- call statement('drop_temp') -%} drop table if exists {{ temp }} {%- endcall -%}
    {%- endif -%}
    {{ return(_end_materialization(target, should_revoke(existing, full_refresh_mode=rebuild))) }}
{% endmaterialization %}

{% materialization seed, default %}
    {%- set existing, target = load_cached_relation(this), this.incorporate(type='table') -%}
    {%- if existing is not none and existing.is_view -%}
        {{ exceptions.raise_compiler_error('a seed cannot be loaded into ' ~ existing ~ ', which is a view') }}
    {%- endif -%}
    {%- set full_refresh, table = should_full_refresh(), load_agate_table() -%}
    {%- do store_result('agate_table', response='OK', agate_table=table) -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {%- set created = reset_csv_table(model, full_refresh, existing, table) if existing is not none else create_csv_table(model, table) -%}
    {%- set rows = table.rows | length -%}
    {%- set loaded = load_csv_rows(model, table) if rows else '' -%}
    {%- set code = 'CREATE' if full_refresh else 'INSERT' -%}
    {%- call noop_statement('main', code ~ ' ' ~ rows, code, rows) -%} {{ get_csv_sql(created, loaded) }} {%- endcall -%}
    {%- if full_refresh or existing is none -%} {%- do create_indexes(target) -%} {%- endif -%}
    {{ return(_end_materialization(target, should_revoke(existing, full_refresh_mode=full_refresh))) }}
{% endmaterialization %}

{% materialization snapshot, default %}
    {%- set exists, target = get_or_create_relation(database=model.database, schema=model.schema, identifier=model.alias, type='table') -%}
    {%- if not target.is_table -%} {%- do exceptions.relation_wrong_type(target, 'table') -%} {%- endif -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {%- set strategy_macro = strategy_dispatch(config.get('strategy')) -%}
    {%- set strategy = strategy_macro(model, 'snapshotted_data', 'source_data', model['config'], exists) -%}
    {%- if not exists -%}
        {%- set rows = build_snapshot_table(strategy, compiled_code) -%}
        {%- set final_sql = create_table_as(false, target, rows) -%}
    {%- else -%}
        {%- do adapter.assert_valid_snapshot_target_given_strategy(target, _snapshot_columns(), strategy) -%}
        {%- set rows = snapshot_staging_table(strategy, compiled_code, target) -%}
        {%- set staging = build_snapshot_staging_table(strategy, compiled_code, target) -%}
        {%- do adapter.expand_target_column_types(from_relation=staging, to_relation=target) -%}
        {%- set own = ['dbt_change_type', 'dbt_unique_key'] -%}
        {%- for key in _as_list(strategy.unique_key) -%} {%- do own.append('dbt_unique_key_' ~ loop.index) -%} {%- endfor -%}
        {%- set added, columns = [], [] -%}
        {%- for column in adapter.get_missing_columns(staging, target) if column.name | lower not in own -%} {%- do added.append(column) -%} {%- endfor -%}
        {%- do create_columns(target, added) -%}
        {%- for column in adapter.get_columns_in_relation(staging) if column.name | lower not in own -%}
            {%- do columns.append(adapter.quote(column.name)) -%}
        {%- endfor -%}
        {%- set final_sql = snapshot_merge_sql(target=target, source=staging, insert_cols=columns) -%}
    {%- endif -%}
    {%- do check_time_data_types(rows) -%}
    {%- call statement('main') -%} {{ final_sql }} {%- endcall -%}
    {%- if exists -%} {%- do post_snapshot(staging) -%} {%- else -%} {%- do create_indexes(target) -%} {%- endif -%}
    {{ return(_end_materialization(target, should_revoke(exists, full_refresh_mode=false))) }}
{% endmaterialization %}


{# The hooks before a build; gives the relation that is made beside the target, after dropping what a killed run has left of it. #}
{% macro _begin_materialization(target) %}
    {%- set staged = make_intermediate_relation(target) -%}
    {{ run_hooks(pre_hooks, inside_transaction=false) }}
    {%- do drop_relation_if_exists(load_cached_relation(staged)) -%}
    {{ run_hooks(pre_hooks, inside_transaction=true) }}
    {{ return(staged) }}
{% endmacro %}

{# Puts a finished relation in the place of what has the target's name. #}
{% macro _take_place(existing, staged, target) %}
    {%- do drop_relation_if_exists(existing) -%}
    {%- do adapter.rename_relation(staged, target) -%}
{% endmacro %}

{# What every build ends with; gives what a materialization returns. #}
{% macro _end_materialization(target, revoke) %}
    {%- do apply_grants(target, config.get('grants'), should_revoke=revoke) -%}
    {%- do persist_docs(target, model) -%}
    {{ run_hooks(post_hooks, inside_transaction=true) }}
    {%- do adapter.commit() -%}
    {{ run_hooks(post_hooks, inside_transaction=false) }}
    {{ return({'relations': [target]}) }}
{% endmacro %}
