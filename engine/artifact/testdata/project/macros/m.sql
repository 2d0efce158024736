{% macro mm(a, b=none) %}{{ return('') }}{% endmacro %}
{% materialization foo, adapter='duckdb', supported_languages=['sql','python'] %}{{ return({'relations': []}) }}{% endmaterialization %}
{% test tt(model, column_name) %}select 1 from {{ model }} where 1=0{% endtest %}
