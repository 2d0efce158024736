module mdl

go 1.26.8
