{# Files outside the DuckDB database: where an external model is written, and how another run reads it. #}

{# A file called as the relation, or a folder of that name if it is written in partitions. #}
{% macro external_location(relation, config) -%}
    {%- set partitioned = config.get('options', {}).get('partition_by') is not none -%}
    {{ adapter.external_root() }}/{{ relation.identifier }}{{ '.' ~ config.get('format', 'parquet') if not partitioned }}
{%- endmacro %}

{% macro location_exists(location) -%}
    {{ return(adapter.location_exists(location)) }}
{%- endmacro %}

{% macro write_to_file(relation, location, options) -%}
    {%- call statement('write_to_file') -%} copy {{ relation }} to '{{ location }}' ({{ options }}) {%- endcall -%}
{%- endmacro %}

{# The options of a copy; `format` and `delimiter` may also stand beside them in the config. #}
{% macro render_write_options(config) -%}
    {%- set given = config.get('options', {}) -%}
    {%- if given is not mapping -%}
        {%- do exceptions.raise_compiler_error('`options` of an external model must be a dictionary, not ' ~ given) -%}
    {%- endif -%}
    {%- set options = {} -%}
    {%- for name, value in given.items() -%} {%- do options.update({name: render(value)}) -%} {%- endfor -%}
    {%- for name in ['format', 'delimiter'] if config.get(name) -%} {%- do options.update({name: render(config.get(name))}) -%} {%- endfor -%}
    {{ return(options) }}
{%- endmacro %}

{# For on-run-start: views of the external models that this run reads but does not build. #}
{% macro register_upstream_external_models() -%}
    {%- if not execute -%} {{ return('') }} {%- endif -%}
    {%- set wanted = {} -%}
    {%- for id in selected_resources if id in graph.nodes -%}
        {%- for upstream_id in graph.nodes[id].depends_on.nodes if upstream_id not in selected_resources -%}
            {%- set node = graph.nodes.get(upstream_id) -%}
            {%- if node and node.config.materialized == 'external' -%} {%- do wanted.update({upstream_id: node}) -%} {%- endif -%}
        {%- endfor -%}
    {%- endfor -%}
    {%- for node in wanted.values() -%}
        {%- set relation = api.Relation.create(database=node.database, schema=node.schema, identifier=node.alias) -%}
        {%- set location = node.config.get('location') or external_location(relation, node.config) -%}
        {%- call statement('main') -%}
            create schema if not exists {{ relation.without_identifier() }};
            create or replace view {{ relation }} as select * from '{{ adapter.external_read_location(location, render_write_options(node.config)) }}'
        {%- endcall -%}
    {%- endfor -%}
    {%- if wanted -%} {%- do adapter.commit() -%} {%- endif -%}
{%- endmacro %}
