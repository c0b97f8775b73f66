#!/bin/sh
# Makes the files that docker-compose.yml takes its secrets from, by chance, into secrets/; what is there already stays.
# STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET come from Stripe, by the environment.
set -eu
folder=${1:-$(dirname "$0")/../secrets}
mkdir -p "$folder"
cd "$folder"

# write NAME TEXT. Readable to all because containers run as other users; the folder is not.
keep() { [ -e "$1" ] || printf '%s' "$2" > "$1"; }
random() { od -An -N"$1" -tx1 /dev/urandom | tr -d ' \n'; }

chmod 700 .
keep stripe_secret_key "${STRIPE_SECRET_KEY:?is the secret key of your Stripe account, sk_live_... (or sk_test_... with EMBEDDED_PARTS=payments, to try)}"
keep stripe_webhook_secret "${STRIPE_WEBHOOK_SECRET:?is the signing secret of your Stripe webhook endpoint, whsec_...}"
keep mongodb_keyfile "$(random 256)"
keep mongodb_root_password "$(random 24)"
keep mongodb_shop_password "$(random 24)"
keep mongodb_uri "mongodb://shop:$(cat mongodb_shop_password)@mongodb:27017/cartwright?replicaSet=rs0"
keep redis_password "$(random 24)"
keep redis_url "redis://:$(cat redis_password)@redis:6379"
keep jwt_secret "$(random 48)"
keep admin_password "$(random 12)"
chmod 444 ./*
printf 'The secrets are in %s; the first admin signs in with that of admin_password.\n' "$(pwd)"
