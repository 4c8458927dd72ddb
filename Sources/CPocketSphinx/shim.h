// PocketSphinx, the recogniser in the box; its log switch; malloc_trim, to give back what building its models took.
#pragma once
#include <malloc.h>
#include <pocketsphinx.h>
#include <sphinxbase/err.h>
