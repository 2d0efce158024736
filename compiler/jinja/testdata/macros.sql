{# Macros in the manner of the usual packages, to measure with. #}

{% macro surrogate_key(fields, separator='-') -%}
  {%- set parts = [] -%}
  {%- for field in fields -%}
    {%- do parts.append("coalesce(cast(" ~ field ~ " as varchar), '_null_')") -%}
    {%- if not loop.last %}{% do parts.append("'" ~ separator ~ "'") %}{% endif -%}
  {%- endfor -%}
  {{ return('md5(' ~ parts | join(' || ') ~ ')') }}
{%- endmacro %}

{% macro pivot(column, values, alias=true, agg='sum', cmp='=', prefix='', suffix='', then_value=1, else_value=0, quote_identifiers=true, distinct=false) %}
  {% for v in values %}
    {{ agg }}(
      {% if distinct %} distinct {% endif %}
      case
      when {{ column }} {{ cmp }} '{{ v | replace("'", "''") }}'
        then {{ then_value }}
        else {{ else_value }}
      end
    )
    {% if alias %}
      {% if quote_identifiers %}
            as "{{ prefix ~ v ~ suffix }}"
      {% else %}
        as {{ prefix ~ (v | lower) ~ suffix }}
      {% endif %}
    {% endif %}
    {% if not loop.last %},{% endif %}
  {% endfor %}
{% endmacro %}

{% macro group_by(n) %}
  group by {% for i in range(1, n + 1) -%}
      {{ i }}{{ ',' if not loop.last }}
   {%- endfor -%}
{%- endmacro %}

{% macro union_all_0(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_1(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_2(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_3(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_4(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_5(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_6(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_7(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_8(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_9(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_10(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}

{% macro union_all_11(relations, columns=none, exclude=[], where=none) %}
  {%- if columns is not none and exclude | length > 0 -%}
    {{ exceptions.raise_compiler_error("columns and exclude cannot both be given: " ~ columns ~ ", " ~ exclude) }}
  {%- endif -%}
  {%- set ns = namespace(superset={}, order=[]) -%}
  {%- for relation in relations -%}
    {%- set cols = adapter.get_columns_in_relation(relation) -%}
    {%- for col in cols if col.column | lower not in exclude | map('lower') | list -%}
      {%- if col.column in ns.superset -%}
        {%- set stored = ns.superset[col.column] -%}
        {%- if stored.is_string() and col.is_string() and col.string_size() > stored.string_size() -%}
          {%- do ns.superset.update({col.column: col}) -%}
        {%- endif -%}
      {%- else -%}
        {%- do ns.superset.update({col.column: col}) -%}
        {%- do ns.order.append(col.column) -%}
      {%- endif -%}
    {%- endfor -%}
  {%- endfor -%}
  {%- for relation in relations %}
  (
    select
      cast({{ dbt.string_literal(relation) }} as {{ dbt.type_string() }}) as source_relation,
      {% for name in ns.order -%}
        {%- set col = ns.superset[name] -%}
        cast({{ adapter.quote(name) if name in relation_columns[relation] else 'null' }} as {{ col.data_type }}) as {{ name }}
        {%- if not loop.last %},{% endif %}
      {% endfor %}
    from {{ relation }}
    {% if where -%}where {{ where }}{%- endif %}
  )
  {% if not loop.last %}union all{% endif %}
  {% endfor %}
{%- endmacro %}
