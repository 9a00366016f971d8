# `make demo` and `make test` each do all the set-up that they need; a second run installs nothing.
.POSIX:
.PHONY: help demo demo-do test real-stripe bench bench-receipts chaos any-order amount-words fmt lock

PORT ?= 8000
SANDBOX_PORT ?= 8420
GIFTS ?= 500
DATABASE ?= postgresql
EXAMPLES ?= 10000
RECEIPTS ?= 10000
export PORT SANDBOX_PORT RESET

PYTHON = .venv/bin/python
SYSTEM = $(PYTHON) -m campaign.setup.system

help:
	@echo 'make demo     start the whole site on http://127.0.0.1:$(PORT), with a pretend Stripe; Ctrl-C stops it'
	@echo '              (make demo RESET=1 starts over; PORT=… and SANDBOX_PORT=… move it)'
	@echo 'make demo-do  one command in the demo: make demo-do DO=verify_books'
	@echo 'make test     every check and every test'
	@echo 'make bench    how fast it is, as ratios'
	@echo 'make bench-receipts  how fast thousands of receipts are drawn (RECEIPTS=10000)'
	@echo 'make chaos    gifts while everything breaks, then the proof (GIFTS=500 SEED=… DATABASE=postgresql)'
	@echo 'make real-stripe  the gateway against Stripe itself; needs STRIPE_SANDBOX_KEY=sk_test_…'
	@echo 'make any-order  webhooks in any order, late, lost or doubled (EXAMPLES=10000)'
	@echo 'make amount-words  every amount in words against a second grammar, some minutes'
	@echo 'make fmt      put code and templates in form'
	@echo 'make lock     compile the requirements files anew from pyproject.toml'

demo:
	@campaign/setup/python.sh run
	@$(SYSTEM) demo
	@exec $(PYTHON) -m campaign.demo_environment demo

demo-do:
	@campaign/setup/python.sh run
	@$(PYTHON) -m campaign.demo_environment $(DO)

test:
	@campaign/setup/python.sh dev
	@$(SYSTEM) test
	@$(PYTHON) -m tests.lanes

bench:
	@campaign/setup/python.sh dev
	@$(SYSTEM) demo
	@$(PYTHON) -m tests.bench.run

bench-receipts:
	@campaign/setup/python.sh dev
	@$(SYSTEM) demo
	@$(PYTHON) -m tests.bench.receipts $(RECEIPTS)

chaos:
	@campaign/setup/python.sh dev
	@$(SYSTEM) test
	@$(PYTHON) -m tests.chaos.run --gifts $(GIFTS) --database $(DATABASE) $(if $(SEED),--seed $(SEED))

real-stripe:
	@campaign/setup/python.sh dev
	@$(PYTHON) -m tests.real_stripe.run

any-order:
	@campaign/setup/python.sh dev
	@$(SYSTEM) test
	@ANY_ORDER_EXAMPLES=$(EXAMPLES) .venv/bin/pytest -q tests/donors/test_any_order.py

amount-words:
	@campaign/setup/python.sh dev
	@$(PYTHON) -m tests.exhaustive.words

fmt:
	@campaign/setup/python.sh dev
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .
	@find templates -name '*.html' -exec .venv/bin/djade --target-version 6.1 {} +

lock:
	@campaign/setup/python.sh dev
	@campaign/setup/lock.sh
