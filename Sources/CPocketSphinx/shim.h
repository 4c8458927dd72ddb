// PocketSphinx, the recogniser in the box.
#pragma once
#include <pocketsphinx.h>
