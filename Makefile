# Earshot. `make` alone says what there is.
SHELL := /bin/bash
export EARSHOT_PREFIX ?= $(CURDIR)/.prefix
export PKG_CONFIG_PATH := $(EARSHOT_PREFIX)/lib/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))
# What has once been built with the language model on another machine is built with it again.
with_remote := .build/with-remote
export EARSHOT_REMOTE := $(if $(or $(REMOTE),$(filter install,$(MAKECMDGOALS)),$(wildcard $(with_remote))),1)
CONFIG ?= configs/development.yaml
DESTDIR ?=
prefix ?= /usr/local
release := .build/release
# The Swift runtime goes into the programs: a board needs no toolchain, and what is not used takes no memory.
swift_release := swift build -c release --quiet --static-swift-stdlib -Xswiftc -use-ld=lld

.DEFAULT_GOAL := help
.PHONY: help setup build demo test bench run install uninstall clean format sanitize fuzz rig

help: ## say what there is
	@echo "Earshot, a voice assistant for embedded Linux. Start with: make demo"
	@echo
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | column -t -s '|'

setup: ## install what building needs (Debian packages, pinned wheels)
	@.ci/setup.sh build

build: setup ## build the release executables
	@echo "==> building (the first time takes $(if $(EARSHOT_REMOTE),ten,a few) minutes)"
	@$(if $(EARSHOT_REMOTE),mkdir -p .build && touch $(with_remote))
	@$(swift_release) --product earshot
	@$(swift_release) --product earshot-worker
	@$(swift_release) --product EarshotVirtualSoundCard
	@echo "==> built $(release)/earshot"

demo: build ## speak to it and see it act; needs no sound card and no microphone
	@$(release)/earshot demo

test: ## everything that CI checks: format, arrows, build, tests
	@.ci/setup.sh test
	@.ci/test.sh

bench: build ## measure end of speech to action and to the reply, and the capture path
	@.ci/bench.sh

rig: build ## speak to the daemon through a private sound server and count what it does (20 minutes)
	@.ci/setup.sh test
	@python3 Tests/EndToEndTests/rig/sound_server.py

run: build ## the daemon in the foreground: make run CONFIG=configs/kitchen.yaml
	@$(release)/earshot run --config $(CONFIG)

install: build ## install below prefix=/usr/local (DESTDIR is honoured), with the systemd unit
	@.ci/install.sh "$(DESTDIR)" "$(prefix)"

uninstall: ## remove what install put there; the configuration and the journal stay
	@.ci/uninstall.sh "$(DESTDIR)" "$(prefix)"

sanitize: ## ring, session and devices under ThreadSanitizer, parsers under AddressSanitizer
	@.ci/setup.sh test
	@.ci/sanitize.sh

fuzz: ## look for inputs that end a reader: make fuzz, or make fuzz TARGET=wav SECONDS=60
	@.ci/setup.sh test
	@.ci/fuzz.sh "$(TARGET)" $(SECONDS)

format: ## rewrite the sources in the project's format
	@swift format --in-place --parallel --recursive Sources Tests Package.swift

clean: ## remove what was built; the local prefix stays
	@rm -rf .build .build-*
