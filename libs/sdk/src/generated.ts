// Made by `npm run sdk` from docs/openapi.json and docs/errors.md. Do not edit.

export interface paths {
    "/api/admin/audit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Who changed what, the latest first
         * @description All that admins and vendors have changed, that operators have done on the command line, and what concerns the security of an account: roles, passwords, addresses to log in with. An entry is written together with the change, or neither is; one request may make several, one for each thing that it changed, all with its `requestId`. Secrets and personal data are not in it. Filters are combined with "and".
         *
         *     **For** `admin`.
         */
        get: operations["listAudit"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/imports": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Imports of the last month, the newest first
         * @description What was refused of each, it tells itself.
         *
         *     **For** `admin`.
         */
        get: operations["listImports"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/imports/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * How far an import is, and what was refused
         * @description Once it has begun it grows by some hundred products a second; look again until it is `done` or `failed`.
         *
         *     **For** `admin`.
         */
        get: operations["getImport"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/inventory": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Stock levels, by SKU
         * @description Every SKU that there ever was stock of. With `lowStock`, those that are running out.
         *
         *     **For** `admin`.
         */
        get: operations["listStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/inventory/{sku}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The stock of a SKU, now or at any past instant, with its ledger
         * @description With at, everything is as it was then: the pieces, where they were, and the ledger up to that instant.
         *
         *     **For** `admin`.
         */
        get: operations["getStock"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/inventory/{sku}/backorder": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Allow or forbid back-orders of a SKU
         * @description Allowed, more can be ordered than there is, up to the limit; what comes in goes to those who wait, the longest waiting first. What was promised before stays promised.
         *
         *     **For** `admin`.
         */
        put: operations["setBackorder"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/inventory/{sku}/movements": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The ledger of a SKU, the latest movement first
         * @description Each movement has its cause: a sale, a cancellation, a return, an adjustment. With `at`, only those up to that instant. Nothing is ever taken out of the ledger.
         *
         *     **For** `admin`.
         */
        get: operations["listMovements"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/inventory/adjustments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Correct the stock of a SKU at a location
         * @description By a step (change) or to a number (onHand), with a reason. With expectedOnHand nothing happens unless so many are on hand there.
         *
         *     **For** `admin`.
         */
        post: operations["adjustStock"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/jobs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Try a failed job again
         * @description It is tried again in the background. Look at the list again to see whether it worked.
         *
         *     **For** `admin`.
         */
        post: operations["retryFailedJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/jobs/failed": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Jobs that failed for good and wait for an admin
         * @description What follows an event (a mail, a refund) is tried ten times before it stands here. Nothing is lost: it waits until somebody sends it again.
         *
         *     **For** `admin`.
         */
        get: operations["listFailedJobs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/locations": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The locations that stock is kept at, in the order in which they serve orders
         * @description The default one, main, is always among them.
         *
         *     **For** `admin`.
         */
        get: operations["listLocations"];
        put?: never;
        /**
         * Set up a location
         * @description It holds nothing yet: adjust the stock of SKUs there. Orders are served from the location with the lowest `priority` first.
         *
         *     **For** `admin`.
         */
        post: operations["createLocation"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/locations/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A location
         * @description With the `ETag` that changing it needs.
         *
         *     **For** `admin`.
         */
        get: operations["getLocation"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        /**
         * Rename a location, move it in the order of serving, open or close it
         * @description What is available follows: at once where it is bought, within some seconds where it is only listed.
         *
         *     **For** `admin`.
         */
        patch: operations["updateLocation"];
        trace?: never;
    };
    "/api/admin/mails": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The mails to buyers and what became of them, the latest first
         * @description The log keeps no more of an address than its first letter and its domain.
         *
         *     **For** `admin`.
         */
        get: operations["listMails"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/mails/preview/{template}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What a mail looks like, with example data
         * @description Nothing is sent. The data are made up.
         *
         *     **For** `admin`.
         */
        get: operations["previewMail"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All orders, newest first
         * @description The orders of all buyers. With `status`, for example, those that wait to be sent (`Processing`); with `email`, `customer` or the beginning of `orderNumber`, those of somebody who asks; with `sort=updatedAt` and `updatedAt[gt]`, what has changed since it was last asked for.
         *
         *     **For** `admin`.
         */
        get: operations["listAllOrders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/payments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All payments, newest first
         * @description One for each attempt at an order. With `status=confirming`, those that are not decided yet.
         *
         *     **For** `admin`.
         */
        get: operations["listPayments"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/payments/{orderNumber}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The money of an order: its payment, its refunds, and all that the provider said
         * @description Payment, refunds, and each answer of the provider, oldest first and by pages.
         *
         *     **For** `admin`.
         */
        get: operations["getPayment"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/payments/reconcile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask the payment providers what became of unfinished payments and refunds
         * @description It happens by itself, ever more rarely for each; this asks now. At most 200 of each at a time: repeat it while `more` is true. What could not be learnt of some keeps none of the others from being asked about.
         *
         *     **For** `admin`.
         */
        post: operations["reconcilePayments"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All products, on sale or not, newest first; vendors see their own
         * @description What the public list hides as well: with `isActive=false` what is not on sale, as what vendors propose, and with `archived=true` what is archived. A vendor has its own products here, as far as they are not archived; to ask for others is refused. The stock shown may lag a moment; the product itself has it exactly.
         *
         *     **For** `admin`, `vendor`.
         */
        get: operations["listAllProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * All refunds, newest first
         * @description With `status=failed`, those that somebody has to look after.
         *
         *     **For** `admin`.
         */
        get: operations["listRefunds"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/refunds/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a refund that failed once more
         * @description As another attempt, with a key of its own. Its goods and its money count as refunded again first, and it is refused when they have been refunded otherwise.
         *
         *     **For** `admin`.
         */
        post: operations["retryRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/users": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Accounts, newest first
         * @description Find somebody by the beginning of the email or of a word of the name.
         *
         *     **For** `admin`.
         */
        get: operations["listUsers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/users/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * An account
         * @description With the `ETag` that `If-Match` of a change of its roles may name.
         *
         *     **For** `admin`.
         */
        get: operations["getUser"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/admin/users/{id}/roles": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change an account's roles; its sessions end
         * @description The roles that are named, and `user`. Whoever has the account has to log in again, as roles stand in the tokens. The last admin stays one.
         *
         *     **For** `admin`.
         */
        put: operations["changeRoles"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/email/verify": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Confirm an email, by the token of the letter
         * @description The letter goes out when an account is made, and when it gets another email. The token is good for three days; twice is once. What was ordered as a guest with this email is among the orders of the account a moment later; what is ordered so afterwards, from its next login on.
         *
         *     **For** anybody.
         */
        post: operations["verifyEmail"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/guest": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Begin as a guest, without an account
         * @description A guest has a cart and can order. Logging in or registering with the guest's token takes the cart along.
         *
         *     **For** anybody.
         */
        post: operations["startGuestSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/login": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Log in
         * @description Send a guest's access token along, and the guest's cart joins the account's; a token that has expired is refused, lest the cart stay behind. What was ordered as a guest with an email that the account has verified (`email/verify`) joins it, too.
         *
         *     **For** anybody.
         */
        post: operations["login"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/logout": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * End the session
         * @description The access token's session, the refresh token's, or both. An access token that is already out lives until it expires.
         *
         *     **For** anybody.
         */
        post: operations["logout"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/forgot": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for a letter with which another password can be chosen
         * @description The answer is the same whether or not the email has an account. The letter is good for an hour; at most three an hour go to one address.
         *
         *     **For** anybody.
         */
        post: operations["forgotPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/password/reset": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Choose another password, by the token of the letter
         * @description All sessions of the account end. The token is good once, and no longer than the password it was asked for.
         *
         *     **For** anybody.
         */
        post: operations["resetPassword"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/refresh": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Exchange a refresh token for new tokens
         * @description Each refresh token is good for one use. When one is used twice, somebody else may have it: the whole session ends, and everybody has to log in again.
         *
         *     **For** anybody.
         */
        post: operations["refreshSession"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/auth/register": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Make an account
         * @description Send a guest's access token along, and the guest's cart joins the account's; a token that has expired is refused, lest the cart stay behind.
         *
         *     **For** anybody.
         */
        post: operations["register"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cart": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The cart, an empty one when there is none
         * @description Prices are those of when the items were added; `warnings` say what has changed since and what is running out. Nothing is reserved before the order.
         *
         *     **For** `guest`, `user`.
         */
        get: operations["getCart"];
        put?: never;
        post?: never;
        /**
         * Take everything out of the cart
         * @description The answer is the empty cart.
         *
         *     **For** `guest`, `user`.
         */
        delete: operations["clearCart"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cart/items": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put a variant into the cart
         * @description The same variant twice is one line, at the price it was first added for.
         *
         *     **For** `guest`, `user`.
         */
        post: operations["addCartItem"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/cart/items/{itemId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change how many are wanted of an item
         * @description Refused when there are not so many to buy. The answer is the whole cart.
         *
         *     **For** `guest`, `user`.
         */
        put: operations["changeCartItem"];
        post?: never;
        /**
         * Take an item out of the cart
         * @description The answer is the whole cart.
         *
         *     **For** `guest`, `user`.
         */
        delete: operations["removeCartItem"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/categories": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Categories by name, flat and by pages, or with `tree=true` all as a tree
         * @description Flat by name and by pages, with `parentCategory` saying where each stands; or as a tree, all at once, beside which no page can be asked for.
         *
         *     **For** anybody.
         */
        get: operations["listCategories"];
        put?: never;
        /**
         * Create a category
         * @description The name is unique among those in the same place, the slug everywhere.
         *
         *     **For** `admin`.
         */
        post: operations["createCategory"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/categories/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A category
         * @description With the `ETag` that changing it needs.
         *
         *     **For** anybody.
         */
        get: operations["getCategory"];
        put?: never;
        post?: never;
        /**
         * Delete a category that nothing uses
         * @description Refused while it has products or subcategories.
         *
         *     **For** `admin`.
         */
        delete: operations["deleteCategory"];
        options?: never;
        head?: never;
        /**
         * Rename or move a category; its products follow
         * @description Only what is given is changed. A category cannot be moved below itself.
         *
         *     **For** `admin`.
         */
        patch: operations["updateCategory"];
        trace?: never;
    };
    "/api/categories/{slug}/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Products of a category and of all below it
         * @description Filtered, sorted and by pages as the list of all products.
         *
         *     **For** anybody.
         */
        get: operations["listCategoryProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The caller's orders, newest first
         * @description A guest's with the guest's token, an account's with its own.
         *
         *     **For** `guest`, `user`.
         */
        get: operations["listOrders"];
        put?: never;
        /**
         * Turn the cart into an order and begin its payment
         * @description The stock is reserved and the one-time token, where the provider has one, is used. The order is PaymentPending until the provider confirms the payment; then it is Processing. A provider that asks the buyer itself, or a token that needs the buyer (3-D Secure), is answered with paymentDetails.nextAction. Repeating the request with its Idempotency-Key finds the same order.
         *
         *     **For** `guest`, `user`.
         */
        post: operations["placeOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One order: the caller's own, or any for an admin
         * @description Somebody else's order is answered as if there were none.
         *
         *     **For** `guest`, `user`, `admin`.
         */
        get: operations["getOrder"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Cancel a paid order before it is shipped, or some of its items: stock and money go back
         * @description Once a parcel has left, only items that have not been sent can be cancelled; when nothing else is left to send, the order is Shipped. Buyers cancel their own orders, admins any: the history says who it was.
         *
         *     **For** `guest`, `user`, `admin`.
         */
        post: operations["cancelOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/captures": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Take the money that is held for an order
         * @description Only where money is held first (PAYMENT_CAPTURE=manual). All of it, or a part, once; what is not taken is given up, and makes up first for what is cancelled or comes back: cancel what cannot be sent before or afterwards, as much is kept. It is taken by itself when the first parcel leaves. The answer says what has been taken so far: the provider is asked afterwards.
         *
         *     **For** `admin`.
         */
        post: operations["captureOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record that the carrier delivered
         * @description One parcel or all of them. With the last one the order is Delivered, and the days for sending goods back begin.
         *
         *     **For** `admin`.
         */
        post: operations["deliverOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What the order has announced, oldest first
         * @description Sequence numbers have no gaps: ask again with the cursor, or remember the last sequence, to miss nothing. Of one’s own order, or of any for an admin.
         *
         *     **For** `guest`, `user`, `admin`.
         */
        get: operations["listOrderEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/payments/confirm": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Bring back what the checkout of the provider handed to the page
         * @description For providers that ask the buyer themselves (Razorpay). The signature is checked and the provider is asked; the order is Processing as soon as the money is taken. A buyer who never comes back need not: the provider’s webhook and the shop’s own questions have the same effect. A try that failed brings nothing back: the checkout can be opened again with the same nextAction for as long as the order waits.
         *
         *     **For** `guest`, `user`.
         */
        post: operations["confirmOrderPayment"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/refunds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send money of an order back
         * @description An amount, or items (each worth its share of its line) and the shipping, or all that is left. The provider sends it afterwards: `refunds` of the order says how far it is. Where less was taken than was held, what was never charged makes up for items first, and their refund may come to nothing: then give an amount. Items with `restock` go back on the shelf: those that have not been sent, which come first, are cancelled and not sent any more (the whole order, when they are all of it); of those that were sent so many are booked as come back, and cannot come back again. What is in a return that was asked for is booked by receiving that. Items without `restock` are paid back and otherwise stay as they are: what has not been sent still is. The same Idempotency-Key is the same refund.
         *
         *     **For** `admin`.
         */
        post: operations["refundOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/refunds/quote": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * What a refund would come to
         * @description The same body as the refund itself. Nothing is changed.
         *
         *     **For** `admin`.
         */
        post: operations["quoteRefund"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Put the items of a failed order back into the cart
         * @description Once for each order. Then check out again: that is a new order.
         *
         *     **For** `guest`, `user`.
         */
        post: operations["retryOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/returns": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask to send goods back
         * @description All that was sent, or some of it, within the days that the shop gives after the delivery. The shop approves or declines it. Buyers ask for their own orders, admins for whoever asked them to.
         *
         *     **For** `guest`, `user`, `admin`.
         */
        post: operations["requestReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/returns/{id}/approve": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say yes to a return
         * @description The money goes back when the goods are here.
         *
         *     **For** `admin`.
         */
        post: operations["approveReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/returns/{id}/decline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Say no to a return, and why
         * @description With the reason, which the return then shows. The order stays as it is.
         *
         *     **For** `admin`.
         */
        post: operations["declineReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/returns/{id}/receive": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Record goods that came back
         * @description Item by item: `restock` puts it back on the shelf, `damaged` does not. Their money goes back, unless `refund` is false. When everything is back, the order is Returned, and Refunded as soon as the provider has sent the money. The same return again changes nothing.
         *
         *     **For** `admin`.
         */
        post: operations["receiveReturn"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/orders/{orderNumber}/shipments": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Send a parcel of a paid order
         * @description Without items, everything that is left. With the last parcel the order is Shipped. The same carrier and tracking number again is the same parcel.
         *
         *     **For** `admin`.
         */
        post: operations["shipOrder"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/providers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * The payment providers that buyers can choose; the first when they choose none
         * @description Which of them need a token of their client library before the order is placed, and which ask the buyer afterwards.
         *
         *     **For** anybody.
         */
        get: operations["listPaymentProviders"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/payments/webhooks/{provider}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * A payment provider's webhook
         * @description Called by the provider. The signature is checked over the raw body and may be at most five minutes old; each event is applied once.
         *
         *     **For** anybody.
         */
        post: operations["receivePaymentWebhook"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Products on sale, filtered, sorted and by pages
         * @description Only products on sale. Filters are joined: one variant must fulfil all that concern variants. The stock shown may lag a moment; the product itself has it exactly.
         *
         *     **For** anybody.
         */
        get: operations["listProducts"];
        put?: never;
        /**
         * Create a product; vendors propose one
         * @description Without `options` and `variants` it has one variant, with `sku` and `stock`. With `isActive: false` nobody but admins and its vendor sees it yet. `vendor` is an account with the role vendor. What a vendor creates is its own and not on sale (to say otherwise is refused) until an admin changes it to `isActive: true`.
         *
         *     **For** `admin`, `vendor`.
         */
        post: operations["createProduct"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * A product, with the stock of this moment
         * @description By id or by slug. Admins and its vendor see it even while it is not on sale.
         *
         *     **For** anybody.
         */
        get: operations["getProduct"];
        put?: never;
        post?: never;
        /**
         * Archive a product: the public no longer sees it
         * @description Nothing of it is deleted: orders still show it. Carts that have it are told.
         *
         *     **For** `admin`.
         */
        delete: operations["archiveProduct"];
        options?: never;
        head?: never;
        /**
         * Change a product; vendors their own
         * @description Only what is given is changed. Variants have routes of their own. Carts keep the price that they were shown, with a warning.
         *
         *     **For** `admin`, `vendor`.
         */
        patch: operations["updateProduct"];
        trace?: never;
    };
    "/api/products/{id}/variants": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Add a variant to a product
         * @description The answer is the whole product.
         *
         *     **For** `admin`, `vendor`.
         */
        post: operations["addVariant"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/{id}/variants/{variantId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Remove a variant
         * @description Only of a product with options; one without keeps its only variant: archive it instead.
         *
         *     **For** `admin`, `vendor`.
         */
        delete: operations["removeVariant"];
        options?: never;
        head?: never;
        /**
         * Change a variant
         * @description `stock` is what was counted on hand; a new `sku` has the stock that inventory knows of it.
         *
         *     **For** `admin`, `vendor`.
         */
        patch: operations["updateVariant"];
        trace?: never;
    };
    "/api/products/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Export the catalogue
         * @description All products, those that are not on sale too (`isActive: false`), one a line, as an import takes them: sent back, it changes nothing. `stock` is what is on hand where counts go. With `Accept: text/csv` it is CSV, a row for each variant. Products are read while they are sent, each as it is then; a connection that breaks off has not brought all of them.
         *
         *     **For** `admin`.
         */
        get: operations["exportProducts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/products/import": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Import a catalogue
         * @description The body is a file of up to 64 MiB; `docs/guides/import-catalogue.md` has its form. It is received, and then worked through behind those that came before it: `Location` tells how far it is. Each product is created, or updated when one with its `externalId` is known, or refused with a reason, which harms no other.
         *
         *     **For** `admin`.
         */
        post: operations["importProducts"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        post?: never;
        /**
         * Erase your account, for ever
         * @description Needs the current password. At once nobody can log in, every session has ended (an access token that is out lives until it expires), and the email is free. Addresses, saved payment methods (at the provider, too), cart and letters go with it. Orders stay as the books need them, without name, phone, address and email: as soon as they are finished and can not be sent back any more; until then they keep what it takes to ship and refund them. A mail confirms it. A vendor and the last admin are refused.
         *
         *     **For** `user`.
         */
        delete: operations["eraseAccount"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/addresses": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your addresses, oldest first
         * @description At most fifty. One of them is the default.
         *
         *     **For** `user`.
         */
        get: operations["listAddresses"];
        put?: never;
        /**
         * Save another address
         * @description The first one is the default. Making another one the default ends that.
         *
         *     **For** `user`.
         */
        post: operations["addAddress"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/addresses/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your addresses
         * @description With the `ETag` that changing it may be made safe with.
         *
         *     **For** `user`.
         */
        get: operations["getAddress"];
        /**
         * Replace an address
         * @description All fields are replaced. Orders keep the address that they were placed with.
         *
         *     **For** `user`.
         */
        put: operations["changeAddress"];
        post?: never;
        /**
         * Delete an address
         * @description When it was the default, there is none until one is chosen.
         *
         *     **For** `user`.
         */
        delete: operations["removeAddress"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/email/verification": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /**
         * Ask for another letter that confirms your email
         * @description One goes out by itself when an account is made, and when it gets another email. Nothing is sent for an email that is confirmed; at most three an hour.
         *
         *     **For** `user`.
         */
        post: operations["askForVerification"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/export": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Everything that the shop keeps about you
         * @description As one JSON document, to keep or to take elsewhere (GDPR, articles 15 and 20): profile, addresses, sessions, cart, orders with shipments, payments, returns and refunds, saved payment methods, and the mails that were sent to your verified email. Without passwords and other secrets. Five times an hour.
         *
         *     **For** `user`.
         */
        get: operations["exportPersonalData"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/password": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Change your password; your other sessions end
         * @description Needs the current password. This session goes on, all others end.
         *
         *     **For** `user`.
         */
        put: operations["changePassword"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/payment-methods": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your saved payment methods, oldest first
         * @description Cards that the payment provider keeps; nothing of them is known here but what is shown.
         *
         *     **For** `user`.
         */
        get: operations["listPaymentMethods"];
        put?: never;
        /**
         * Save a payment method
         * @description With the token of the provider's client library it is saved at once, unless the provider wants the buyer (3-D Secure): the client then finishes it with clientSecret and nextAction. Without a token, the client gives the card to the provider itself, with clientSecret. Once that is done the method is in the list.
         *
         *     **For** `user`.
         */
        post: operations["savePaymentMethod"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/payment-methods/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * One of your saved payment methods
         * @description With the `ETag` of all of them together.
         *
         *     **For** `user`.
         */
        get: operations["getPaymentMethod"];
        put?: never;
        post?: never;
        /**
         * Remove a saved payment method
         * @description It is gone at once, and soon at the provider, too.
         *
         *     **For** `user`.
         */
        delete: operations["removePaymentMethod"];
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/payment-methods/{id}/default": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        /**
         * Make a saved payment method the default
         * @description It is `isDefault` from now on, in place of whichever was.
         *
         *     **For** `user`.
         */
        put: operations["makePaymentMethodDefault"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/api/users/me/profile": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Your profile
         * @description Who the access token belongs to.
         *
         *     **For** `user`.
         */
        get: operations["getProfile"];
        /**
         * Change your name or email
         * @description Another email needs the current password.
         *
         *     **For** `user`.
         */
        put: operations["changeProfile"];
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/live": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process runs
         * @description Always, as long as the process answers at all. Ask nothing more of it than whether to restart it.
         *
         *     **For** anybody.
         */
        get: operations["live"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/ready": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether the process can serve: its start is over, its database and its queue answer
         * @description Whether to send it requests. 503 while it starts, while its database or its queue is away, and while it stops.
         *
         *     **For** anybody.
         */
        get: operations["ready"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/health/startup": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * Whether everything is in place that is made at a start
         * @description Ask this one until it says yes, and only then the others.
         *
         *     **For** anybody.
         */
        get: operations["startup"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /**
         * What Prometheus reads
         * @description Open to whoever asks from the same machine by himself; with `METRICS_TOKEN` set, to whoever sends that as a bearer token, and to nobody else.
         *
         *     **For** anybody.
         */
        get: operations["readMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AccountDto: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /**
             * Format: email
             * @description As it was typed; in whatever case it belongs to one account.
             * @example ada@example.com
             */
            email: string;
            /**
             * Format: date-time
             * @description When the owner of the account showed to read this email.
             */
            emailVerifiedAt?: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example Ada Lovelace */
            name: string;
            /**
             * @example [
             *       "user"
             *     ]
             */
            roles: ("user" | "vendor" | "admin")[];
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        AddCartItemDto: {
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            productId: string;
            /** @example 2 */
            quantity: number;
            /** @description May be left out when the product has one variant only. */
            variantId?: string;
        };
        AddressDto: {
            /** @example London */
            city: string;
            company?: string;
            /** @example GB */
            country: string;
            /** @example 12 St James Square */
            line1: string;
            line2?: string;
            /**
             * @description The recipient.
             * @example Ada Lovelace
             */
            name: string;
            /** @example +44 20 7946 0958 */
            phone: string;
            /** @example SW1Y 4JH */
            pincode: string;
            /** @example Greater London */
            state: string;
        };
        AddressInputDto: {
            /** @example London */
            city: string;
            company?: string;
            /** @example GB */
            country: string;
            /** @description Your first address is the default in any case; making another one the default ends that. */
            isDefault?: boolean;
            /** @example 12 St James Square */
            line1: string;
            line2?: string;
            /**
             * @description The recipient.
             * @example Ada Lovelace
             */
            name: string;
            /** @example +44 20 7946 0958 */
            phone: string;
            /** @example SW1Y 4JH */
            pincode: string;
            /** @example Greater London */
            state: string;
        };
        /** @description This account has no address with that id. */
        AddressNotFoundProblem: {
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            addressId?: string;
            /** @enum {string} */
            code: "address_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id?: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        AdjustStockDto: {
            /**
             * @description How many more (or, negative, fewer) there are. This or onHand.
             * @example -1
             */
            change?: number;
            /**
             * @description How many the admin saw; nothing is adjusted when it is not so any more.
             * @example 12
             */
            expectedOnHand?: number;
            /**
             * @description What it is: a correction, a delivery that was received (a change above zero), or pieces that were damaged (a change below zero).
             * @default adjusted
             * @enum {string}
             */
            kind?: "adjusted" | "received" | "damaged";
            /**
             * @description The code of the location.
             * @default main
             * @example main
             */
            location?: string;
            /**
             * @description How many there are at the location. This or change.
             * @example 11
             */
            onHand?: number;
            /** @example Fell off the shelf */
            reason: string;
            /** @example MH01-XS-Black */
            sku: string;
        };
        /** @description A parcel of this order has left already. */
        AlreadyDispatchedProblem: {
            /** @enum {string} */
            code: "already_dispatched";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            orderId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The items of this order went back to the cart before. */
        AlreadyRetriedProblem: {
            /** @enum {string} */
            code: "already_retried";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description $0.10 cannot be paid at once: the payment provider takes $0.50 to $999,999.99. */
        AmountNotChargeableProblem: {
            /** @example 10 */
            amount: number;
            /** @enum {string} */
            code: "amount_not_chargeable";
            /** @example USD */
            currency: string;
            /** @example 50 */
            least: number;
            /** @example 99999999 */
            most: number;
            /** @example 1 */
            step: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        AuditActorDto: {
            /**
             * @description Id of the account; of the others, what kind they are.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            id: string;
            /**
             * @description `user`: an account. `cli`: the operator, on the command line. `system`: the shop by itself, as its configuration says.
             * @example user
             * @enum {string}
             */
            kind: "user" | "cli" | "system";
            /**
             * @description The roles that it had then.
             * @example [
             *       "user",
             *       "admin"
             *     ]
             */
            roles: string[];
        };
        AuditChangeDto: {
            /**
             * @description What it was. Absent when there was nothing. Long texts are cut, and say so.
             * @example 1999
             */
            from?: string | number | boolean | null | {
                [key: string]: unknown;
            } | (string | number | boolean | null | {
                [key: string]: unknown;
            })[];
            /** @description True where only that it changed is told: secrets, and what says who somebody is. */
            hidden?: boolean;
            /**
             * @description The fields that lead there, with dots; elements of lists by their id, or by their place when they have none.
             * @example variants.6565f0c2a1b2c3d4e5f60718.price
             */
            path: string;
            /**
             * @description What it became. Absent when it is gone.
             * @example 1799
             */
            to?: string | number | boolean | null | {
                [key: string]: unknown;
            } | (string | number | boolean | null | {
                [key: string]: unknown;
            })[];
        };
        AuditedResourceDto: {
            /**
             * @description What the API knows it by: an id, an order number, a SKU, a code.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            id: string;
            /**
             * @description What kind of thing it is.
             * @example product
             */
            type: string;
        };
        AuditEntryDto: {
            /**
             * @description The id of the operation of this API; of a command, `cli` and its name; else what happened.
             * @example updateVariant
             */
            action: string;
            actor: components["schemas"]["AuditActorDto"];
            /**
             * Format: date-time
             * @description When it was done.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description What is different since. */
            changes: components["schemas"]["AuditChangeDto"][];
            /**
             * @description Id of the entry.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            id: string;
            /** @description How many more changes there were, beyond the hundred that are kept. */
            more?: number;
            /** @description Why, where a reason was given. */
            reason?: string;
            /** @description The `X-Request-Id` of the request, as it stands in the logs. */
            requestId?: string;
            resource: components["schemas"]["AuditedResourceDto"];
            /**
             * @description The version of the resource that it made, where there are versions.
             * @example 7
             */
            version?: number;
        };
        BackorderDto: {
            /**
             * @description Whether more may be ordered than there is.
             * @example true
             */
            allowed: boolean;
            /**
             * @description How many more at most; null: any number.
             * @example 20
             */
            limit?: number | null;
        };
        /** @description The signature is missing or wrong, or not from the last five minutes. */
        BadSignatureProblem: {
            /** @enum {string} */
            code: "bad_signature";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 1 of MUG-BLUE at main would be less than the 2 promised to open orders. */
        BelowReservedProblem: {
            /** @enum {string} */
            code: "below_reserved";
            items: {
                /** @example main */
                location: string;
                /** @example 1 */
                onHand: number;
                /** @example 2 */
                reserved: number;
                /** @example MUG-BLUE */
                sku: string;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The body has objects and lists inside each other more than 32 deep. */
        BodyTooDeepProblem: {
            /** @enum {string} */
            code: "body_too_deep";
            /** @example 32 */
            deepest: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Request body is too large */
        BodyTooLargeProblem: {
            /** @enum {string} */
            code: "body_too_large";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        CancellationDto: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            by: "buyer" | "admin" | "payment" | "system";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            items: components["schemas"]["ItemQuantityDto"][];
            /** @example Ordered by mistake */
            reason: string;
        };
        CancelOrderDto: {
            /** @description Items that have not been sent; the whole order, when not given. */
            items?: components["schemas"]["ItemQuantityDto"][];
            /** @example Ordered by mistake */
            reason?: string;
        };
        CaptureOrderDto: {
            /** @description How much to take; all that is held, when not given. The rest is given up. */
            amount?: number;
        };
        /** @description 2999 was to be captured, but only 1999 is held and not yet captured. */
        CaptureTooLargeProblem: {
            /** @example 2999 */
            asked: number;
            /** @example 1999 */
            capturable: number;
            /** @enum {string} */
            code: "capture_too_large";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The cart does not cost what the buyer saw any more. Show currentTotal, and send it as expectedTotal. */
        CartChangedProblem: {
            /** @enum {string} */
            code: "cart_changed";
            /** @example USD */
            currency: string;
            /** @example 2199 */
            currentTotal: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        CartDto: {
            /** @example USD */
            currency: string;
            /**
             * Format: date-time
             * @description When the cart is forgotten, unless it is touched.
             * @example 2026-01-31T12:00:00.000Z
             */
            expiresAt: string | null;
            /**
             * @description null while there is no cart yet.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            id: string | null;
            items: components["schemas"]["CartItemDto"][];
            /**
             * @description Of all items, at the prices shown.
             * @example 3998
             */
            subtotal: number;
            /** @description What changed since the items were added, and what is running out. */
            warnings: components["schemas"]["CartWarningDto"][];
        };
        /** @description The cart is empty; its items are in order CW-7K3MQ-9XD2F, which waits for its payment. */
        CartEmptyProblem: {
            /** @enum {string} */
            code: "cart_empty";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber?: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description A cart holds 1000 lines at most. */
        CartFullProblem: {
            /** @enum {string} */
            code: "cart_full";
            /** @example 1000 */
            limit: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        CartItemDto: {
            /**
             * @description How many can be bought now, back-orders included.
             * @example 12
             */
            available: number;
            /**
             * @description How many of the quantity are not in stock, and would be sent when they are.
             * @example 1
             */
            backordered?: number;
            /** @example Cartwright & Daughters */
            brand: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            image?: string;
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 3998
             */
            lineTotal: number;
            /** @example Canvas Tool Roll */
            name: string;
            /**
             * @example {
             *       "Size": "M"
             *     }
             */
            options: {
                [key: string]: string;
            };
            /**
             * @description Of one piece when it was put into the cart, in minor units.
             * @example 1999
             */
            price: number;
            /**
             * @description The product's id.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            product: string;
            /** @example 2 */
            quantity: number;
            /** @example MH01-XS-Black */
            sku: string;
            /**
             * @description The variant's id.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            variant: string;
        };
        CartWarningDto: {
            /**
             * @description out_of_stock, low_stock: how many the cart has.
             * @example 4
             */
            asked?: number;
            /**
             * @description out_of_stock, low_stock: how many can be bought now.
             * @example 3
             */
            available?: number;
            /** @enum {string} */
            code: "price_changed" | "out_of_stock" | "low_stock" | "unavailable";
            /**
             * @description price_changed: the price that an order would have now.
             * @example 2199
             */
            currentPrice?: number;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            itemId: string;
            /** @description price_changed: the price in the cart. */
            price?: number;
        };
        CategoryChangesDto: {
            name?: string;
            /** @description null: at the root. */
            parentCategory?: string | null;
            /** @example mugs */
            slug?: string;
        };
        /** @description A category cannot stand under itself or under one of its own descendants. */
        CategoryCycleProblem: {
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            category: string;
            /** @enum {string} */
            code: "category_cycle";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            parentCategory: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        CategoryDto: {
            /** @description What stands below; with `tree=true` only. */
            children?: components["schemas"]["CategoryDto"][];
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example Mugs */
            name: string;
            /**
             * @description null: at the root.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            parentCategory: string | null;
            /** @example mugs */
            slug: string;
        };
        CategoryFacetDto: {
            /**
             * @description How many products are in it, or in one below it.
             * @example 12
             */
            count: number;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example Mugs */
            name: string;
            /** @example mugs */
            slug: string;
        };
        /** @description The category is in use: it has 12 products and 2 subcategories. */
        CategoryInUseProblem: {
            /** @enum {string} */
            code: "category_in_use";
            /** @example 12 */
            products: number;
            /** @example 2 */
            subcategories: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        CategoryLinkDto: {
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example Mugs */
            name: string;
            /** @example mugs */
            slug: string;
        };
        /** @description There is no category mugs. */
        CategoryNotFoundProblem: {
            /** @example mugs */
            category: string;
            /** @enum {string} */
            code: "category_not_found";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Categories stand at most 10 deep. */
        CategoryTooDeepProblem: {
            /** @enum {string} */
            code: "category_too_deep";
            /** @example 10 */
            deepest: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ChangeCartItemDto: {
            /** @example 2 */
            quantity: number;
        };
        ConfirmPaymentDto: {
            /**
             * @description razorpay_payment_id, as the checkout handed it to the page.
             * @example pay_ExampleOfOne1
             */
            razorpayPaymentId: string;
            /**
             * @description razorpay_signature, likewise.
             * @example 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
             */
            razorpaySignature: string;
        };
        /** @description This is sold in EUR, and the cart is in USD. A cart has one currency. */
        CurrencyMismatchProblem: {
            /** @example USD */
            cartCurrency: string;
            /** @enum {string} */
            code: "currency_mismatch";
            /** @example EUR */
            currency: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        CustomerDto: {
            /**
             * @description Of the account, or the `guestId` of the session.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            id: string;
            /**
             * @description `user`: an account; `guest`: a session without one.
             * @enum {string}
             */
            kind: "user" | "guest";
        };
        DeclineReturnDto: {
            /** @example It has been worn */
            reason: string;
        };
        DeliverOrderDto: {
            /** @description The parcel that was delivered; all of them, when not given. */
            shipmentId?: string;
        };
        /** @description This operation reaches outside of the database, so that it cannot be tried without being done. Nothing was done. */
        DryRunNotPossibleProblem: {
            /** @enum {string} */
            code: "dry_run_not_possible";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is already a category Mugs in the same place. */
        DuplicateCategoryProblem: {
            /** @enum {string} */
            code: "duplicate_category";
            /** @example Mugs */
            name: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is a location east already. */
        DuplicateLocationProblem: {
            /** @enum {string} */
            code: "duplicate_location";
            /** @example east */
            location: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The body names quantity twice in one object, so that nobody can tell which is meant. */
        DuplicateNameProblem: {
            /** @enum {string} */
            code: "duplicate_name";
            /** @example quantity */
            name: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Another variant already has the SKU MUG-BLUE. */
        DuplicateSkuProblem: {
            /** @enum {string} */
            code: "duplicate_sku";
            /** @example MUG-BLUE */
            sku: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The slug stoneware-mug is already taken. */
        DuplicateSlugProblem: {
            /** @enum {string} */
            code: "duplicate_slug";
            /** @example stoneware-mug */
            slug: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is an account with this email already. */
        EmailTakenProblem: {
            /** @enum {string} */
            code: "email_taken";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        EraseAccountDto: {
            /** Format: password */
            currentPassword: string;
        };
        FacetsDto: {
            brand?: components["schemas"]["ValueFacetDto"][];
            category?: components["schemas"]["CategoryFacetDto"][];
            options?: components["schemas"]["OptionFacetDto"][];
            price?: components["schemas"]["PriceFacetDto"][];
        };
        FailedJobDto: {
            /**
             * @description What announced it.
             * @example order:6565f0c2a1b2c3d4e5f60718
             */
            aggregate: string;
            /**
             * Format: date-time
             * @description When it happened.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /**
             * @description The event that was being reacted to.
             * @example orders.order_paid.v1
             */
            event: string;
            /**
             * @description The id of the event.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            id: string;
            parked: components["schemas"]["ParkedDto"][];
        };
        FieldErrorDto: {
            /**
             * @description The kind of mistake.
             * @example min
             */
            code: string;
            /** @example quantity must not be less than 1. */
            message: string;
            /**
             * @description Where the bad field stands.
             * @example items.0.quantity
             */
            path: string;
        };
        /** @description The body names __proto__, which is no name for a field. */
        ForbiddenNameProblem: {
            /** @enum {string} */
            code: "forbidden_name";
            /** @example __proto__ */
            name: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Your role does not allow this. */
        ForbiddenProblem: {
            /** @enum {string} */
            code: "forbidden";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ForgotPasswordDto: {
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
        };
        GuestSessionDto: {
            /** @description Send it as `Authorization: Bearer ...`. */
            accessToken: string;
            /**
             * @description Seconds that the access token lives.
             * @example 900
             */
            expiresIn: number;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            guestId: string;
            /** @description Exchange it at /api/auth/refresh. */
            refreshToken: string;
            /** @enum {string} */
            tokenType: "Bearer";
        };
        HealthDto: {
            /** @enum {string} */
            status: "ok";
        };
        HistoryDto: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            by: "buyer" | "admin" | "payment" | "system";
            /** @enum {string} */
            from?: "PaymentPending" | "Processing" | "Failed" | "Shipped" | "Delivered" | "Cancelled" | "Returned" | "Refunded";
            reason?: string;
            /** @enum {string} */
            to: "PaymentPending" | "Processing" | "Failed" | "Shipped" | "Delivered" | "Cancelled" | "Returned" | "Refunded";
        };
        /** @description The first request with this Idempotency-Key is still running; ask again in 1 s. */
        IdempotencyInProgressProblem: {
            /** @enum {string} */
            code: "idempotency_in_progress";
            /** @example 1 */
            retryAfter: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This Idempotency-Key was used for a different request. */
        IdempotencyKeyReusedProblem: {
            /** @enum {string} */
            code: "idempotency_key_reused";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The order is Delivered and cannot become Cancelled. */
        IllegalTransitionProblem: {
            /** @enum {string} */
            code: "illegal_transition";
            /** @example Delivered */
            from: string;
            /** @example order */
            subject: string;
            /** @example Cancelled */
            to: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ImportDto: {
            /**
             * @description The account that sent it.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            by: string;
            /** @example 1 */
            created: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description The first 1000 that were refused, in their order; `refused` counts all. */
            errors: components["schemas"]["RefusedLineDto"][];
            /** @description Why it failed; what was taken before that stays. */
            failure?: components["schemas"]["ImportFailureDto"];
            /**
             * Format: date-time
             * @description A month later nothing is known of it any more.
             */
            finishedAt?: string;
            /** @enum {string} */
            format: "ndjson" | "csv";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /**
             * @description Products accounted for so far: `created + updated + refused`.
             * @example 3
             */
            processed: number;
            /**
             * @description Bytes of it read so far.
             * @example 482113
             */
            read: number;
            /** @example 1 */
            refused: number;
            /**
             * @description As it was asked for.
             * @example false
             */
            setStock: boolean;
            /**
             * @description Of what was sent, in bytes.
             * @example 482113
             */
            size: number;
            /** Format: date-time */
            startedAt?: string;
            /**
             * @description waiting for those before it; running; done, whatever was refused; failed: the file could not be read to its end.
             * @enum {string}
             */
            status: "waiting" | "running" | "done" | "failed";
            /**
             * @description As it was asked for.
             * @example 0
             */
            stock: number;
            /** @example 1 */
            updated: number;
            /** @description The vendor that it is for. */
            vendor?: string;
        };
        ImportFailureDto: {
            /** @example unreadable_import */
            code: string;
            /** @example The catalogue cannot be read: unexpected end of file. */
            message: string;
        };
        /** @description There is no import 6565f0c2a1b2c3d4e5f60718. */
        ImportNotFoundProblem: {
            /** @enum {string} */
            code: "import_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            import: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ImportSummaryDto: {
            /**
             * @description The account that sent it.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            by: string;
            /** @example 1 */
            created: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @description Why it failed; what was taken before that stays. */
            failure?: components["schemas"]["ImportFailureDto"];
            /**
             * Format: date-time
             * @description A month later nothing is known of it any more.
             */
            finishedAt?: string;
            /** @enum {string} */
            format: "ndjson" | "csv";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /**
             * @description Products accounted for so far: `created + updated + refused`.
             * @example 3
             */
            processed: number;
            /**
             * @description Bytes of it read so far.
             * @example 482113
             */
            read: number;
            /** @example 1 */
            refused: number;
            /**
             * @description As it was asked for.
             * @example false
             */
            setStock: boolean;
            /**
             * @description Of what was sent, in bytes.
             * @example 482113
             */
            size: number;
            /** Format: date-time */
            startedAt?: string;
            /**
             * @description waiting for those before it; running; done, whatever was refused; failed: the file could not be read to its end.
             * @enum {string}
             */
            status: "waiting" | "running" | "done" | "failed";
            /**
             * @description As it was asked for.
             * @example 0
             */
            stock: number;
            /** @example 1 */
            updated: number;
            /** @description The vendor that it is for. */
            vendor?: string;
        };
        /** @description Something went wrong on our side. The request id finds it in our log. */
        InternalErrorProblem: {
            /** @enum {string} */
            code: "internal_error";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is no account with this email and password. */
        InvalidCredentialsProblem: {
            /** @enum {string} */
            code: "invalid_credentials";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description quantity: quantity must not be less than 1. */
        InvalidInputProblem: {
            /** @enum {string} */
            code: "invalid_input";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This token is wrong, expired or was used before. Ask for another letter. */
        InvalidLetterTokenProblem: {
            /** @enum {string} */
            code: "invalid_letter_token";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This refresh token is unknown, expired, revoked or was used before. Log in again. */
        InvalidRefreshTokenProblem: {
            /** @enum {string} */
            code: "invalid_refresh_token";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is no such item in the cart. */
        ItemNotFoundProblem: {
            /** @enum {string} */
            code: "item_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            itemId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ItemQuantityDto: {
            /**
             * @description The order item's id.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            item: string;
            /** @example 1 */
            quantity: number;
        };
        /** @description No longer for sale: Stoneware mug. Remove them from the cart. */
        ItemsNotForSaleProblem: {
            /** @enum {string} */
            code: "items_not_for_sale";
            items: {
                /** @example Stoneware mug */
                name: string;
                /** @example MUG-BLUE */
                sku: string;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is no parked job 6565f0c2a1b2c3d4e5f60718. */
        JobNotFoundProblem: {
            /** @enum {string} */
            code: "job_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This is the last admin; make another one first. */
        LastAdminProblem: {
            /** @enum {string} */
            code: "last_admin";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description A product without options has exactly one variant; archive the product instead. */
        LastVariantProblem: {
            /** @enum {string} */
            code: "last_variant";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        LedgerEntryDto: {
            /** @description In minor units of the currency: 1999 is 19.99. */
            amount?: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            call: "collect" | "find" | "look_up" | "capture" | "cancel" | "refund" | "look_up_refund";
            currency?: string;
            failureCode?: string;
            /**
             * @description ok, action_required, declined, rejected, pending, none or unknown.
             * @example ok
             */
            outcome: string;
            /** @description Why there was no answer. */
            reason?: string;
            /** @description The refund that it is about. */
            refundId?: string;
            /** @example succeeded */
            state?: string;
            /** @example pi_3Nn... */
            transactionId?: string;
        };
        LevelDetailsDto: {
            /**
             * Format: date-time
             * @description The instant that was asked for; absent: now.
             */
            at?: string;
            /**
             * @description What can be bought: on hand less reserved, at active locations. Below zero: so many are owed to back-orders.
             * @example 10
             */
            available: number;
            /** @description Absent for past instants. */
            backorder?: components["schemas"]["BackorderDto"];
            /**
             * @description What is promised, but not there yet.
             * @example 0
             */
            backordered: number;
            /** @description What each location holds of it. */
            locations: components["schemas"]["ShelfDto"][];
            /** @description The ledger, the latest movement first. */
            movements: components["schemas"]["PageOfMovementDto"];
            /**
             * @description What the locations hold together.
             * @example 12
             */
            onHand: number;
            /**
             * @description What is promised to open orders, back-orders included.
             * @example 2
             */
            reserved: number;
            /**
             * @description Counts the changes.
             * @example 7
             */
            revision: number;
            /** @example MH01-XS-Black */
            sku: string;
        };
        LevelDto: {
            /**
             * @description What can be bought: on hand less reserved, at active locations. Below zero: so many are owed to back-orders.
             * @example 10
             */
            available: number;
            /** @description Absent for past instants. */
            backorder?: components["schemas"]["BackorderDto"];
            /**
             * @description What is promised, but not there yet.
             * @example 0
             */
            backordered: number;
            /**
             * @description What the locations hold together.
             * @example 12
             */
            onHand: number;
            /**
             * @description What is promised to open orders, back-orders included.
             * @example 2
             */
            reserved: number;
            /**
             * @description Counts the changes.
             * @example 7
             */
            revision: number;
            /** @example MH01-XS-Black */
            sku: string;
        };
        LocationChangesDto: {
            /**
             * @description false: what it holds is not for sale; what is promised of it stays promised.
             * @example true
             */
            active?: boolean;
            /** @example Warehouse east */
            name?: string;
            /**
             * @description Orders are served from the lowest first; among equals the code decides.
             * @example 10
             */
            priority?: number;
        };
        LocationDto: {
            /**
             * @description false: what it holds is not for sale; what is promised of it stays promised.
             * @example true
             */
            active: boolean;
            /**
             * @description What it is called in levels and movements.
             * @example east
             */
            code: string;
            /** @example Warehouse east */
            name: string;
            /**
             * @description Orders are served from the lowest first; among equals the code decides.
             * @example 10
             */
            priority: number;
        };
        /** @description There is no location east. */
        LocationNotFoundProblem: {
            /** @enum {string} */
            code: "location_not_found";
            /** @example east */
            location: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        LogInDto: {
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
            /** Format: password */
            password: string;
        };
        LogOutDto: {
            /**
             * Format: password
             * @description For clients whose access token has expired.
             */
            refreshToken?: string;
        };
        MailPreviewDto: {
            /** @description What a reader with HTML sees: a whole page. */
            html: string;
            /** @example Your order CW-EXAMPLE */
            subject: string;
            /** @enum {string} */
            template: "order_confirmation" | "parcel_sent" | "order_cancelled" | "items_cancelled" | "return_decided" | "refund_sent" | "password_reset" | "email_verification" | "account_erased";
            /** @description What a reader without HTML sees. */
            text: string;
        };
        /** @description The body is not UTF-8. */
        MalformedEncodingProblem: {
            /** @enum {string} */
            code: "malformed_encoding";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The body is not JSON. */
        MalformedRequestProblem: {
            /** @enum {string} */
            code: "malformed_request";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The URL has a % that is not followed by two hexadecimal digits of UTF-8. */
        MalformedUrlProblem: {
            /** @enum {string} */
            code: "malformed_url";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This payment method cannot be saved (insufficient_funds); another one may do. */
        MethodDeclinedProblem: {
            /** @enum {string} */
            code: "method_declined";
            /** @example insufficient_funds */
            declineCode: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        MethodSetupDto: {
            /** @description For the provider's client library, to give a card or to let the buyer act. */
            clientSecret?: string;
            /** @description The method, when it is saved. */
            method?: components["schemas"]["SavedMethodDto"];
            /**
             * @description What the buyer has to do, as the provider words it.
             * @example {
             *       "type": "use_stripe_sdk"
             *     }
             */
            nextAction?: {
                [key: string]: unknown;
            };
            /** @example stripe */
            provider: string;
            /**
             * @description `method_required`: the client has yet to give a card. `action_required`: the buyer has to act.
             * @enum {string}
             */
            status: "method_required" | "action_required" | "processing" | "succeeded" | "cancelled";
        };
        /** @description 3 of item 6565f0c2a1b2c3d4e5f60718 are to be sent, but 2 are left. */
        MoreThanLeftProblem: {
            /** @enum {string} */
            code: "more_than_left";
            items: {
                /** @example 3 */
                asked: number;
                /** @example 6565f0c2a1b2c3d4e5f60718 */
                item: string;
                /** @example 2 */
                left: number;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 3 of MUG-BLUE cannot come back: 2 of those sold are still out. */
        MoreThanSoldProblem: {
            /** @enum {string} */
            code: "more_than_sold";
            items: {
                /** @example 3 */
                asked: number;
                /** @example 2 */
                left: number;
                /** @example MUG-BLUE */
                sku: string;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 3 of item 6565f0c2a1b2c3d4e5f60718 were named, but only 2 are left for that. */
        MoreThanThereProblem: {
            /** @enum {string} */
            code: "more_than_there";
            items: {
                /** @example 3 */
                asked: number;
                /** @example 6565f0c2a1b2c3d4e5f60718 */
                item: string;
                /** @example 2 */
                there: number;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        MovementDto: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description The admin who adjusted it. */
            by?: string;
            /**
             * @description The cause and the SKU; unique.
             * @example sold:6565f0c2a1b2c3d4e5f60718:1:MH01-XS-Black
             */
            id: string;
            /** @enum {string} */
            kind: "received" | "reserved" | "released" | "sold" | "returned" | "adjusted" | "damaged";
            /**
             * @description The code of the location; `backorder`: promised, but not there yet.
             * @example main
             */
            location: string;
            /**
             * @description What was on hand of the SKU after it, everywhere.
             * @example 12
             */
            onHand?: number;
            /** @description The order that moved it. */
            orderId?: string;
            /**
             * @description Pieces; only adjustments are negative at times.
             * @example 2
             */
            quantity: number;
            /** @example Stocktaking */
            reason?: string;
            /**
             * @description What was reserved of the SKU after it, everywhere.
             * @example 2
             */
            reserved?: number;
            /**
             * @description Its place in the ledger of the SKU, from 1, without gaps.
             * @example 7
             */
            revision?: number;
        };
        NewCategoryDto: {
            /** @example Mugs */
            name: string;
            /** @description Where it stands; at the root when left out. */
            parentCategory?: string | null;
            /**
             * @description Made from the name when left out.
             * @example mugs
             */
            slug?: string;
        };
        NewLocationDto: {
            /**
             * @description false: what it holds is not for sale; what is promised of it stays promised.
             * @default true
             * @example true
             */
            active?: boolean;
            /**
             * @description Small letters, digits and hyphens; never changed. Not `backorder`, which movements use.
             * @example east
             */
            code: string;
            /** @example Warehouse east */
            name: string;
            /**
             * @description Orders are served from the lowest first; among equals the code decides.
             * @default 100
             * @example 10
             */
            priority?: number;
        };
        NewProductDto: {
            /**
             * @description In minor units; the price of variants that name none.
             * @example 1999
             */
            basePrice: number;
            /** @example North Pottery */
            brand: string;
            /**
             * @description Id or slug of a category.
             * @example kitchen
             */
            category: string;
            /** @example USD */
            currency: string;
            description?: string;
            images?: string[];
            /**
             * @description true when left out by an admin. What vendors propose is false until an admin sets it.
             * @example true
             */
            isActive?: boolean;
            /** @example Stoneware mug */
            name: string;
            options?: components["schemas"]["OptionDto"][];
            /**
             * @description For a product without options.
             * @example MUG-BLUE
             */
            sku?: string;
            /**
             * @description Made from the name when left out.
             * @example stoneware-mug
             */
            slug?: string;
            /**
             * @description For a product without options.
             * @example 25
             */
            stock?: number;
            variants?: components["schemas"]["NewVariantDto"][];
            /** @description Id of a user who is a vendor, or 000000000000000000000001: the house itself. Required of admins; what vendors propose is their own. */
            vendor?: string;
        };
        NewVariantDto: {
            images?: string[];
            /**
             * @example {
             *       "Size": "M"
             *     }
             */
            options: {
                [key: string]: string;
            };
            /** @description In minor units; the base price when left out; null: not for sale yet. */
            price?: number | null;
            /** @example MUG-BLUE */
            sku: string;
            /**
             * @description Pieces on hand.
             * @default 0
             * @example 25
             */
            stock?: number;
        };
        /** @description Stoneware mug cannot be bought at the moment. */
        NotForSaleProblem: {
            /** @enum {string} */
            code: "not_for_sale";
            /** @example Stoneware mug */
            name: string;
            /** @example MUG-BLUE */
            sku: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Nothing of order CW-7K3MQ-9XD2F is left that was not sent. */
        NothingToCancelProblem: {
            /** @enum {string} */
            code: "nothing_to_cancel";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 1999 was to go back, but 0 is left of the order's money. */
        NothingToRefundProblem: {
            /** @example 1999 */
            asked: number;
            /** @enum {string} */
            code: "nothing_to_refund";
            /** @example 0 */
            refundable: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Nothing of order CW-7K3MQ-9XD2F is left that could be sent back. */
        NothingToReturnProblem: {
            /** @enum {string} */
            code: "nothing_to_return";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Nothing is left to ship of this order. */
        NothingToShipProblem: {
            /** @enum {string} */
            code: "nothing_to_ship";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            orderId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The database cannot be reached. */
        NotReadyProblem: {
            /** @enum {string} */
            code: "not_ready";
            /** @example database */
            part: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The payment provider "razorpay" does not do this: saved methods. */
        NotSupportedByProviderProblem: {
            /** @enum {string} */
            code: "not_supported_by_provider";
            /** @example razorpay */
            provider: string;
            /** @example saved methods */
            what: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 11 of MUG-BLUE are on hand at main, not 12. */
        OnHandChangedProblem: {
            /** @enum {string} */
            code: "on_hand_changed";
            /** @example 12 */
            expectedOnHand: number;
            /** @example main */
            location: string;
            /** @example 11 */
            onHand: number;
            /** @example MUG-BLUE */
            sku: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        OptionDto: {
            /** @example Size */
            name: string;
            /**
             * @example [
             *       "S",
             *       "M",
             *       "L"
             *     ]
             */
            values: string[];
        };
        OptionFacetDto: {
            /** @example Size */
            name: string;
            values: components["schemas"]["ValueFacetDto"][];
        };
        OrderDto: {
            billingAddress?: components["schemas"]["AddressDto"];
            /** @description Items that are not sent after all. */
            cancellations: components["schemas"]["CancellationDto"][];
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @example USD */
            currency: string;
            /** @description Whose it is. Only admins are told: a guest is not to find out whose account an order has joined. */
            customer?: components["schemas"]["CustomerDto"];
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 0
             */
            discountTotal: number;
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
            /** @description With `expand=events`: what it has announced, the first hundred. */
            events?: components["schemas"]["OrderEventDto"][];
            /** @description Every change of the status, oldest first. */
            history: components["schemas"]["HistoryDto"][];
            items: components["schemas"]["OrderItemDto"][];
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
            paymentDetails: components["schemas"]["PaymentDetailsDto"];
            refunds: components["schemas"]["OrderRefundDto"][];
            /**
             * Format: date-time
             * @description When the items of this failed order went back to the cart.
             */
            retriedAt?: string;
            returns: components["schemas"]["ReturnDto"][];
            shipments: components["schemas"]["ShipmentDto"][];
            shippingAddress: components["schemas"]["AddressDto"];
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 0
             */
            shippingTotal: number;
            /** @enum {string} */
            status: "PaymentPending" | "Processing" | "Failed" | "Shipped" | "Delivered" | "Cancelled" | "Returned" | "Refunded";
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            subtotal: number;
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 0
             */
            taxTotal: number;
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            totalAmount: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        OrderEventDto: {
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description What there is to tell, as the event of that name has it. */
            data: {
                [key: string]: unknown;
            };
            /**
             * @description What happened; see docs/events.md.
             * @example orders.order_paid.v1
             */
            name: string;
            /** @description Its place among the events of the order: from 1, without gaps. */
            sequence: number;
        };
        OrderItemDto: {
            /**
             * @description How many of them were not in stock when it was ordered, and are sent when they are.
             * @example 1
             */
            backordered?: number;
            /** @example Cartwright & Daughters */
            brand: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            image?: string;
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 3998
             */
            lineTotal: number;
            /** @example Canvas Tool Roll */
            name: string;
            /**
             * @example {
             *       "Size": "M"
             *     }
             */
            options: {
                [key: string]: string;
            };
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            priceAtPurchase: number;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            product: string;
            /** @example 2 */
            quantity: number;
            /** @example MH01-XS-Black */
            sku: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            variant: string;
        };
        /** @description There is no order CW-7K3MQ-9XD2F. */
        OrderNotFoundProblem: {
            /** @enum {string} */
            code: "order_not_found";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        OrderRefundDto: {
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            amount: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @enum {string} */
            by: "buyer" | "admin" | "payment" | "system";
            /** @description What it is for; empty for an amount as such. */
            items: components["schemas"]["RefundedItemDto"][];
            /**
             * @description Unique within the order.
             * @example cancel
             */
            key: string;
            /** @example Ordered by mistake */
            reason: string;
            /**
             * @description How much of it is for shipping, in minor units.
             * @example 0
             */
            shipping: number;
            /** @enum {string} */
            status: "requested" | "succeeded" | "failed";
        };
        /** @description Only 3 of MUG-BLUE left, 4 asked for. */
        OutOfStockProblem: {
            /** @enum {string} */
            code: "out_of_stock";
            items: {
                /** @example 4 */
                asked: number;
                /** @example 3 */
                available: number;
                /** @example MUG-BLUE */
                sku: string;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is more to do than can be done at the moment. Nothing was done; try again in 3 s. */
        OverloadedProblem: {
            /** @enum {string} */
            code: "overloaded";
            /** @example 3 */
            retryAfter: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        PageOfAccountDto: {
            data: components["schemas"]["AccountDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfAuditEntryDto: {
            data: components["schemas"]["AuditEntryDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfCategoryDto: {
            data: components["schemas"]["CategoryDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfFailedJobDto: {
            data: components["schemas"]["FailedJobDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfImportSummaryDto: {
            data: components["schemas"]["ImportSummaryDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfLedgerEntryDto: {
            data: components["schemas"]["LedgerEntryDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfLevelDto: {
            data: components["schemas"]["LevelDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfLocationDto: {
            data: components["schemas"]["LocationDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfMovementDto: {
            data: components["schemas"]["MovementDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfOrderDto: {
            data: components["schemas"]["OrderDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfOrderEventDto: {
            data: components["schemas"]["OrderEventDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfPaymentDto: {
            data: components["schemas"]["PaymentDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfProductDto: {
            data: components["schemas"]["ProductDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfProviderDto: {
            data: components["schemas"]["ProviderDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfRefundDto: {
            data: components["schemas"]["RefundDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfSavedAddressDto: {
            data: components["schemas"]["SavedAddressDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfSavedMethodDto: {
            data: components["schemas"]["SavedMethodDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        PageOfSentMailDto: {
            data: components["schemas"]["SentMailDto"][];
            pagination: components["schemas"]["Pagination"];
        };
        Pagination: {
            /** @description The limit that was used. */
            limit: number;
            /** @description Give it as `cursor` to get what follows; absent at the end. */
            nextCursor?: string;
            /** @description The page this is, when asked for by page. */
            page?: number;
            /** @description How many there are in all; 100000 stands for so many and more where counting on would take long. */
            total: number;
        };
        ParkedDto: {
            /**
             * Format: date-time
             * @description When it was given up.
             * @example 2026-01-31T12:00:00.000Z
             */
            at: string;
            /** @description How often it was tried. */
            attempts: number;
            /** @description The last error. */
            error: string;
            /**
             * @description What failed.
             * @example OrderMails
             */
            reaction: string;
        };
        PasswordDto: {
            /** Format: password */
            currentPassword: string;
            /** Format: password */
            newPassword: string;
        };
        /** @description The payment was declined (insufficient_funds). No money was taken; POST the order's /retry puts its items back into the cart. */
        PaymentDeclinedProblem: {
            /** @enum {string} */
            code: "payment_declined";
            /** @example insufficient_funds */
            declineCode: string;
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        PaymentDetailsDto: {
            /** @description What has been taken, in minor units. */
            capturedAmount?: number;
            /** @description For the provider's client library, while the buyer has to act. */
            clientSecret?: string;
            /** @example insufficient_funds */
            failureCode?: string;
            /**
             * @description What the buyer has to do. Stripe words it itself (3-D Secure); with Razorpay it is what its checkout script is opened with: the public `key`, its `orderId`, `amount` in minor units and `currency`.
             * @example {
             *       "type": "razorpay_checkout",
             *       "key": "rzp_live_...",
             *       "orderId": "order_Nx...",
             *       "amount": 1999,
             *       "currency": "INR"
             *     }
             */
            nextAction?: {
                [key: string]: unknown;
            };
            /** @example stripe */
            provider: string;
            /**
             * @description What went back or is on its way back, in minor units.
             * @example 0
             */
            refundedAmount?: number;
            /**
             * @description `authorized`: the money is held and not yet taken.
             * @enum {string}
             */
            status: "requested" | "action_required" | "confirming" | "authorized" | "captured" | "failed" | "cancelled";
            /**
             * @description The provider's id of the payment.
             * @example pi_3Nn...
             */
            transactionId?: string;
        };
        PaymentDto: {
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            amount: number;
            /**
             * @description Which attempt at the order it is.
             * @example 1
             */
            attempt: number;
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            capturedAmount: number;
            /** @enum {string} */
            captureMode: "automatic" | "manual";
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @example USD */
            currency: string;
            /** @example insufficient_funds */
            failureCode?: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /**
             * Format: date-time
             * @description When the provider is asked again; absent when there is nothing left to learn.
             */
            nextCheckAt?: string;
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
            /** @example stripe */
            provider: string;
            /**
             * @description Set aside for refunds, sent or not, in minor units.
             * @example 0
             */
            refundedAmount: number;
            /**
             * @description Held money that was given up instead of taken, in minor units.
             * @example 0
             */
            releasedAmount: number;
            /** @enum {string} */
            status: "requested" | "action_required" | "confirming" | "authorized" | "captured" | "failed" | "cancelled";
            /**
             * @description The provider's id of the payment.
             * @example pi_3Nn...
             */
            transactionId?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        PaymentFileDto: {
            /** @description What the provider said, oldest first. */
            ledger: components["schemas"]["PageOfLedgerEntryDto"];
            payment: components["schemas"]["PaymentDto"];
            refunds: components["schemas"]["RefundDto"][];
        };
        PaymentInput: {
            /**
             * @description One of those that the shop has (GET /api/payments/providers); the first, when not given.
             * @enum {string}
             */
            provider?: "stripe" | "razorpay";
            /** @description One of the account's saved payment methods. */
            savedMethodId?: string;
            /** @description Keeps what is paid with among the saved payment methods of the account. */
            saveMethod?: boolean;
            /**
             * @description The one-time token that the provider's client library gave. This or savedMethodId; neither where the order comes first (Razorpay).
             * @example pm_card_visa
             */
            token?: string;
        };
        /** @description The money held for order CW-7K3MQ-9XD2F is not held any more, so nothing is sent. Cancel the order. */
        PaymentLapsedProblem: {
            /** @enum {string} */
            code: "payment_lapsed";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This order has no payment. */
        PaymentNotFoundProblem: {
            /** @enum {string} */
            code: "payment_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            orderId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        PersonalFileDto: {
            /**
             * @description A list of records for each kind of data: `profile`, `addresses`, `sessions`, `cart`, `orders`, `paymentMethods`, `mails`.
             * @example {
             *       "profile": [
             *         {
             *           "id": "6565f0c2a1b2c3d4e5f60718",
             *           "name": "Ada Lovelace",
             *           "email": "ada@example.com"
             *         }
             *       ],
             *       "orders": []
             *     }
             */
            data: {
                [key: string]: unknown;
            };
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            exportedAt: string;
        };
        PlaceOrderDto: {
            billingAddress?: components["schemas"]["AddressDto"];
            /**
             * Format: email
             * @description Required for guests; accounts have their own.
             */
            email?: string;
            /** @description The total that the buyer was shown; the order is refused when it has changed. */
            expectedTotal?: number;
            payment: components["schemas"]["PaymentInput"];
            /** @description Where to ship to. This or shippingAddressId. */
            shippingAddress?: components["schemas"]["AddressDto"];
            /** @description One of the account's addresses. */
            shippingAddressId?: string;
        };
        /** @description This was changed since you read it: If-Match does not name its current version, "8". Read it again. */
        PreconditionFailedProblem: {
            /** @enum {string} */
            code: "precondition_failed";
            /** @example "8" */
            currentETag: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Say in If-Match which version you edit (the ETag that you read), or * for whatever it has become since. */
        PreconditionRequiredProblem: {
            /** @enum {string} */
            code: "precondition_required";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        PriceFacetDto: {
            /**
             * @description How many products have a price in this currency.
             * @example 12
             */
            count: number;
            /** @example USD */
            currency: string;
            /**
             * @description The highest price of a variant.
             * @example 1999
             */
            max: number;
            /**
             * @description The lowest price of a variant.
             * @example 1999
             */
            min: number;
        };
        ProblemDto: {
            /**
             * @description What went wrong, for programs; stable for ever. See docs/errors.md.
             * @example invalid_input
             */
            code: string;
            /** @description What went wrong this time, for people. */
            detail: string;
            /** @description Every bad field, for invalid_input. */
            errors?: components["schemas"]["FieldErrorDto"][];
            /** @example /api/cart/items */
            instance?: string;
            /** @description Finds the request in the log. */
            requestId?: string;
            /** @example 400 */
            status: number;
            /** @example Invalid input */
            title: string;
            /** @example urn:cartwright:problem:invalid_input */
            type: string;
        };
        ProductCategoryDto: {
            /** @description With `expand=category`: the categories above it, from the root down. */
            ancestors?: components["schemas"]["CategoryLinkDto"][];
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example Mugs */
            name: string;
            /** @example mugs */
            slug: string;
        };
        ProductChangesDto: {
            /** @description In minor units of the currency: 1999 is 19.99. */
            basePrice?: number;
            brand?: string;
            /**
             * @description Id or slug of a category.
             * @example kitchen
             */
            category?: string;
            currency?: string;
            description?: string;
            images?: string[];
            /** @description Vendors may set it to false; true is for admins to say. */
            isActive?: boolean;
            name?: string;
            options?: components["schemas"]["OptionDto"][];
            /**
             * @description For a product without options.
             * @example MUG-BLUE
             */
            sku?: string;
            /** @example stoneware-mug */
            slug?: string;
            /**
             * @description For a product without options.
             * @example 25
             */
            stock?: number;
            /** @description Admins only. */
            vendor?: string;
        };
        ProductDto: {
            /**
             * Format: date-time
             * @description When it was archived: only admins see what is.
             */
            archivedAt?: string;
            /**
             * @description In minor units; with variants, where the prices start; null: not known.
             * @example 1999
             */
            basePrice: number | null;
            /** @example North Pottery */
            brand: string;
            category: components["schemas"]["ProductCategoryDto"];
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @example USD */
            currency: string;
            /** @description May hold HTML where it was imported so: show it as text, or sanitize it. */
            description: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /**
             * @example [
             *       "/images/mug.jpg"
             *     ]
             */
            images: string[];
            /** @description false: invisible to the public. */
            isActive: boolean;
            /** @example Stoneware mug */
            name: string;
            options: components["schemas"]["OptionDto"][];
            /** @example stoneware-mug */
            slug: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
            /** @description What can be bought; exactly one when there are no options. */
            variants: components["schemas"]["VariantDto"][];
            vendor: components["schemas"]["VendorDto"];
        };
        /** @description There is no such variant for sale. */
        ProductNotFoundProblem: {
            /** @enum {string} */
            code: "product_not_found";
            /** @example stoneware-mug */
            product?: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            productId?: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            variantId?: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ProductPageDto: {
            data: components["schemas"]["ProductDto"][];
            /** @description Those that `facets` named. */
            facets?: components["schemas"]["FacetsDto"];
            pagination: components["schemas"]["Pagination"];
        };
        ProfileDto: {
            /** Format: password */
            currentPassword?: string;
            /**
             * Format: email
             * @description Another email needs currentPassword.
             */
            email?: string;
            /** @example Ada Lovelace */
            name: string;
        };
        ProviderDto: {
            /** @enum {string} */
            provider: "stripe" | "razorpay";
            /** @description Get a token from the provider's client library first; otherwise place the order without one: it says what to do next. */
            tokenFirst: boolean;
        };
        /** @description The payment provider "stripe" does not answer right now. Nothing was charged; please try again. */
        ProviderUnavailableProblem: {
            /** @enum {string} */
            code: "provider_unavailable";
            /** @example stripe */
            provider: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description A line has 999 pieces at most; this would make 1000. */
        QuantityTooLargeProblem: {
            /** @example 1000 */
            asked: number;
            /** @enum {string} */
            code: "quantity_too_large";
            /** @example 999 */
            limit: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ReceivedDto: {
            /** @description The event is stored, now or by an earlier call. */
            received: boolean;
        };
        ReceivedItemDto: {
            /**
             * @description `restock`: it can be sold again.
             * @example restock
             * @enum {string}
             */
            condition: "restock" | "damaged";
            /**
             * @description The order item's id.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            item: string;
            /** @example 1 */
            quantity: number;
        };
        ReceiveReturnDto: {
            /** @description What arrived, item by item; all that was announced, to be sold again, when not given. */
            items?: components["schemas"]["ReceivedItemDto"][];
            /**
             * @description Whether its money goes back.
             * @default true
             */
            refund?: boolean;
        };
        ReconcileDto: {
            /**
             * @description One order; all that is unfinished, when not given.
             * @example CW-7K3MQ-9XD2F
             */
            orderNumber?: string;
        };
        ReconciliationDto: {
            /**
             * @description How many payments and refunds the providers were asked about.
             * @example 3
             */
            asked: number;
            /**
             * @description How many of them have another state now.
             * @example 1
             */
            changed: number;
            /** @description Those of which nothing could be learnt. */
            failed: components["schemas"]["UnlearntDto"][];
            /** @description Some were left for the next time. */
            more: boolean;
        };
        RefreshDto: {
            /**
             * Format: password
             * @description Good for one use; used again, it ends the whole session.
             */
            refreshToken: string;
        };
        RefundDto: {
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            amount: number;
            /** @example 1 */
            attempt: number;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @example USD */
            currency: string;
            /** @example expired_or_canceled_card */
            failureCode?: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example stripe */
            provider: string;
            /** @example Ordered by mistake */
            reason: string;
            /** @description The money was only held: it is given up, and nothing is sent. */
            released: boolean;
            /** @enum {string} */
            status: "requested" | "pending" | "succeeded" | "failed";
            /**
             * @description The provider's id of the refund.
             * @example re_3Nn...
             */
            transactionId?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            updatedAt: string;
        };
        RefundedItemDto: {
            /**
             * @description In minor units of the currency: 1999 is 19.99.
             * @example 1999
             */
            amount: number;
            /**
             * @description The order item's id.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            item: string;
            /** @example 1 */
            quantity: number;
        };
        /** @description The goods or the money of this refund have been refunded otherwise since it failed. */
        RefundedOtherwiseProblem: {
            /** @enum {string} */
            code: "refunded_otherwise";
            /** @example return-6565f0c2a1b2c3d4e5f60718 */
            key: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            orderId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        RefundItemDto: {
            /**
             * @description The order item's id.
             * @example 6565f0c2a1b2c3d4e5f60718
             */
            item: string;
            /** @example 1 */
            quantity: number;
            /**
             * @description It can be sold again: pieces that have not been sent are not sent any more, those that were have come back.
             * @default false
             */
            restock?: boolean;
        };
        /** @description There is no such refund. */
        RefundNotFoundProblem: {
            /** @enum {string} */
            code: "refund_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            refundId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        RefundOrderDto: {
            /** @description So much, in minor units, for nothing in particular. Not together with items or shipping. */
            amount?: number;
            items?: components["schemas"]["RefundItemDto"][];
            /** @example Arrived scratched */
            reason?: string;
            /**
             * @description What was paid for shipping and has not gone back yet.
             * @default false
             */
            shipping?: boolean;
        };
        RefundQuoteDto: {
            /**
             * @description What would go back, in minor units.
             * @example 1999
             */
            amount: number;
            /** @example USD */
            currency: string;
            items: components["schemas"]["RefundedItemDto"][];
            /**
             * @description What could go back at most, in minor units.
             * @example 1999
             */
            refundable: number;
            /**
             * @description How much of it is for shipping, in minor units.
             * @example 0
             */
            shipping: number;
        };
        /** @description 2999 was asked back, but only 1999 can be refunded. */
        RefundTooLargeProblem: {
            /** @example 2999 */
            asked: number;
            /** @enum {string} */
            code: "refund_too_large";
            /** @example 1999 */
            refundable: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        RefundWishDto: {
            /** @description So much, in minor units, for nothing in particular. Not together with items or shipping. */
            amount?: number;
            items?: components["schemas"]["RefundItemDto"][];
            /**
             * @description What was paid for shipping and has not gone back yet.
             * @default false
             */
            shipping?: boolean;
        };
        RefusedLineDto: {
            /**
             * @description For programs; `libs/catalog/README.md` lists them.
             * @example bad_price
             */
            code: string;
            /** @example tea-001 */
            externalId?: string;
            /** @description From 1. */
            line: number;
            /**
             * @description For people.
             * @example "cheap" is not a whole number from 0 to 1000000000 (prices are in minor units).
             */
            message: string;
        };
        RegisterDto: {
            /**
             * Format: email
             * @example ada@example.com
             */
            email: string;
            /** @example Ada Lovelace */
            name: string;
            /**
             * Format: password
             * @description Any characters.
             */
            password: string;
        };
        RequestReturnDto: {
            /** @description All that was sent, when not given. */
            items?: components["schemas"]["ItemQuantityDto"][];
            /** @example Too small */
            reason?: string;
        };
        ResetPasswordDto: {
            /**
             * Format: password
             * @description Any characters.
             */
            newPassword: string;
            /**
             * Format: password
             * @description As it stands in the letter.
             */
            token: string;
        };
        ReturnDto: {
            /** Format: date-time */
            decidedAt?: string;
            /** @description Why it was declined. */
            declineReason?: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @description What the buyer announced. */
            items: components["schemas"]["ItemQuantityDto"][];
            /** @example Too small */
            reason?: string;
            /** @description What arrived. */
            received?: components["schemas"]["ReceivedItemDto"][];
            /** Format: date-time */
            receivedAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            requestedAt: string;
            /** @enum {string} */
            status: "requested" | "approved" | "declined" | "received";
        };
        /** @description This order has no such return. */
        ReturnNotFoundProblem: {
            /** @enum {string} */
            code: "return_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            returnId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Order CW-7K3MQ-9XD2F could be sent back until 2026-01-31T12:00:00.000Z. */
        ReturnWindowClosedProblem: {
            /** @enum {string} */
            code: "return_window_closed";
            /** @example CW-7K3MQ-9XD2F */
            orderNumber: string;
            /** @example 2026-01-31T12:00:00.000Z */
            until: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        RolesDto: {
            /**
             * @description `user` is always among them, named or not.
             * @example [
             *       "user",
             *       "vendor"
             *     ]
             */
            roles: ("user" | "vendor" | "admin")[];
        };
        SavedAddressDto: {
            /** @example London */
            city: string;
            company?: string;
            /** @example GB */
            country: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            isDefault: boolean;
            /** @example 12 St James Square */
            line1: string;
            line2?: string;
            /**
             * @description The recipient.
             * @example Ada Lovelace
             */
            name: string;
            /** @example +44 20 7946 0958 */
            phone: string;
            /** @example SW1Y 4JH */
            pincode: string;
            /** @example Greater London */
            state: string;
        };
        SavedMethodDto: {
            /** @example visa */
            brand: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            createdAt: string;
            /** @example 12 */
            expMonth: number;
            /** @example 2034 */
            expYear: number;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            isDefault: boolean;
            /** @example 4242 */
            last4: string;
            /** @example stripe */
            provider: string;
        };
        /** @description This account has no saved payment method with that id. */
        SavedMethodNotFoundProblem: {
            /** @enum {string} */
            code: "saved_method_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            methodId: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        SaveMethodDto: {
            /**
             * @default stripe
             * @enum {string}
             */
            provider?: "stripe";
            /**
             * @description What the provider's client library gave.
             * @example pm_card_visa
             */
            token?: string;
        };
        SentMailDto: {
            /** @description How often it was tried. */
            attempts: number;
            /**
             * @description What the last attempt failed with.
             * @example 421 Try again later
             */
            error?: string;
            /**
             * Format: date-time
             * @description When it was tried first.
             * @example 2026-01-31T12:00:00.000Z
             */
            firstAttemptAt: string;
            /**
             * @description Names the mail for ever.
             * @example CW-7K3QH-confirmation
             */
            key: string;
            /**
             * Format: date-time
             * @description When it was tried last.
             * @example 2026-01-31T12:00:00.000Z
             */
            lastAttemptAt: string;
            /**
             * @description The same each time that the mail is sent.
             * @example <CW-7K3QH-confirmation@shop.example>
             */
            messageId: string;
            /**
             * @description The order that it is about, if it is about one.
             * @example CW-7K3QH
             */
            orderNumber?: string;
            /**
             * @description sending: handed over right now. accepted: the mail server has it. deferred: it is tried again. refused: no such recipient.
             * @enum {string}
             */
            state: "sending" | "accepted" | "deferred" | "refused";
            /** @enum {string} */
            template: "order_confirmation" | "parcel_sent" | "order_cancelled" | "items_cancelled" | "return_decided" | "refund_sent" | "password_reset" | "email_verification" | "account_erased";
            /**
             * @description The address, masked: the log keeps no more of it.
             * @example a***@example.com
             */
            to: string;
        };
        SessionDto: {
            /** @description Send it as `Authorization: Bearer ...`. */
            accessToken: string;
            /**
             * @description Seconds that the access token lives.
             * @example 900
             */
            expiresIn: number;
            /** @description In the session of a guest. */
            guestId?: string;
            /** @description Exchange it at /api/auth/refresh. */
            refreshToken: string;
            /** @enum {string} */
            tokenType: "Bearer";
            /** @description In the session of an account. */
            user?: components["schemas"]["AccountDto"];
        };
        ShelfDto: {
            /**
             * @description The code of the location.
             * @example main
             */
            location: string;
            /** @example 12 */
            onHand: number;
            /** @example 2 */
            reserved: number;
        };
        ShipmentDto: {
            /** @example DHL */
            carrier: string;
            /** Format: date-time */
            deliveredAt?: string;
            /**
             * Format: date-time
             * @example 2026-01-31T12:00:00.000Z
             */
            dispatchedAt: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            items: components["schemas"]["ItemQuantityDto"][];
            /** @enum {string} */
            status: "dispatched" | "delivered";
            /** @example JD014600003828 */
            trackingNumber: string;
        };
        /** @description This order has no such shipment. */
        ShipmentNotFoundProblem: {
            /** @enum {string} */
            code: "shipment_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            shipmentId?: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        ShipOrderDto: {
            /** @example DHL */
            carrier: string;
            /** @description What is in the parcel; everything that is left, when not given. */
            items?: components["schemas"]["ItemQuantityDto"][];
            /** @example JD014600003828 */
            trackingNumber: string;
        };
        /** @description There is no SKU MUG-BLUE. */
        SkuNotFoundProblem: {
            /** @enum {string} */
            code: "sku_not_found";
            /** @example MUG-BLUE */
            sku: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The product 6565f0c2a1b2c3d4e5f60718 was changed by somebody else in the meantime; read it again. */
        StaleVersionProblem: {
            /** @enum {string} */
            code: "stale_version";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example product */
            subject: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Not everything is in place yet: indexes. */
        StartingProblem: {
            /** @enum {string} */
            code: "starting";
            /** @example indexes */
            part: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 1 of MUG-BLUE are not in stock yet. */
        StillOnBackorderProblem: {
            /** @enum {string} */
            code: "still_on_backorder";
            items: {
                /** @example 1 */
                backordered: number;
                /** @example MUG-BLUE */
                sku: string;
            }[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This account sells here. Ask an admin to take the role of a vendor from it first. */
        StillVendorProblem: {
            /** @enum {string} */
            code: "still_vendor";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description This process is stopping. Nothing was done; try again in 1 s. */
        StoppingProblem: {
            /** @enum {string} */
            code: "stopping";
            /** @example 1 */
            retryAfter: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is no mail called birthday. */
        TemplateNotFoundProblem: {
            /** @enum {string} */
            code: "template_not_found";
            /** @example birthday */
            template: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Others are changing the same records right now. Nothing was done; please try again. */
        TooBusyProblem: {
            /** @enum {string} */
            code: "too_busy";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description An account keeps at most 50 addresses; delete one first. */
        TooManyAddressesProblem: {
            /** @enum {string} */
            code: "too_many_addresses";
            /** @example 50 */
            most: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description 20 imports are waiting, which is as many as may; send the next one when one of them is done. */
        TooManyImportsProblem: {
            /** @enum {string} */
            code: "too_many_imports";
            /** @example 20 */
            most: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There are 50 locations already, which is the most there can be. */
        TooManyLocationsProblem: {
            /** @enum {string} */
            code: "too_many_locations";
            /** @example 50 */
            most: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Too many requests; try again in 12 s. */
        TooManyRequestsProblem: {
            /** @enum {string} */
            code: "too_many_requests";
            /** @example 12 */
            retryAfter: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description An account keeps at most 20 payment methods; remove one first. */
        TooManySavedMethodsProblem: {
            /** @enum {string} */
            code: "too_many_saved_methods";
            /** @example 20 */
            most: number;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description A valid access token is needed. */
        UnauthenticatedProblem: {
            /** @enum {string} */
            code: "unauthenticated";
            /** @example Send the access token or the refresh token of the session. */
            reason?: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The shop cannot reach its database right now. Please send the same request again, with the same Idempotency-Key if it had one. */
        UnavailableProblem: {
            /** @enum {string} */
            code: "unavailable";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Not an item of this order: 6565f0c2a1b2c3d4e5f60718. */
        UnknownItemProblem: {
            /** @enum {string} */
            code: "unknown_item";
            items: string[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Not items of this order: 6565f0c2a1b2c3d4e5f60718. */
        UnknownOrderItemProblem: {
            /** @enum {string} */
            code: "unknown_order_item";
            items: string[];
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is no payment provider "acme" here. */
        UnknownProviderProblem: {
            /** @enum {string} */
            code: "unknown_provider";
            /** @example acme */
            provider: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        UnlearntDto: {
            /**
             * @description Why: `provider_unavailable` when the provider gave no answer; `amount_mismatch` when it reports another amount or currency than ours, which is never taken for paid; `unknown_provider` when the shop has that provider no more; `internal_error` for what stands in the log.
             * @example provider_unavailable
             */
            code: string;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @enum {string} */
            what: "payment" | "refund";
        };
        /** @description API-Version 9 does not exist; this server speaks version 1. */
        UnsupportedApiVersionProblem: {
            /** @example 9 */
            asked: string;
            /** @enum {string} */
            code: "unsupported_api_version";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description Unsupported Media Type: text/xml */
        UnsupportedMediaTypeProblem: {
            /** @enum {string} */
            code: "unsupported_media_type";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description The URL has more than 8192 characters. */
        UrlTooLongProblem: {
            /** @enum {string} */
            code: "url_too_long";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        /** @description There is no user 6565f0c2a1b2c3d4e5f60718. */
        UserNotFoundProblem: {
            /** @enum {string} */
            code: "user_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        UserSessionDto: {
            /** @description Send it as `Authorization: Bearer ...`. */
            accessToken: string;
            /**
             * @description Seconds that the access token lives.
             * @example 900
             */
            expiresIn: number;
            /** @description Exchange it at /api/auth/refresh. */
            refreshToken: string;
            /** @enum {string} */
            tokenType: "Bearer";
            user: components["schemas"]["AccountDto"];
        };
        ValueFacetDto: {
            /**
             * @description How many products of the list have it, or would, if it were asked for.
             * @example 12
             */
            count: number;
            /** @example North Pottery */
            value: string;
        };
        VariantChangesDto: {
            images?: string[];
            options?: {
                [key: string]: string;
            };
            /** @description In minor units of the currency: 1999 is 19.99. */
            price?: number | null;
            /** @example MUG-BLUE */
            sku?: string;
            /**
             * @description Pieces on hand.
             * @example 25
             */
            stock?: number;
        };
        VariantDto: {
            /**
             * @description true: more can be ordered than are in stock, to be sent when they are.
             * @example true
             */
            backorder?: boolean;
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /**
             * @example [
             *       "/images/mug-blue.jpg"
             *     ]
             */
            images: string[];
            /**
             * @description One value for each option that the variant has.
             * @example {
             *       "Size": "M"
             *     }
             */
            options: {
                [key: string]: string;
            };
            /**
             * @description In minor units; null: cannot be bought now.
             * @example 1999
             */
            price: number | null;
            /** @example MUG-BLUE */
            sku: string;
            /** @description How many are in stock and can be bought now. */
            stock: number;
        };
        /** @description The product has no variant 6565f0c2a1b2c3d4e5f60718. */
        VariantNotFoundProblem: {
            /** @enum {string} */
            code: "variant_not_found";
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            variant: string;
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
        VendorDto: {
            /** @example 6565f0c2a1b2c3d4e5f60718 */
            id: string;
            /** @example North Pottery */
            name: string;
        };
        VerifyEmailDto: {
            /**
             * Format: password
             * @description As it stands in the letter.
             */
            token: string;
        };
        /** @description The current password is another one. */
        WrongPasswordProblem: {
            /** @enum {string} */
            code: "wrong_password";
        } & WithRequired<components["schemas"]["ProblemDto"], "code">;
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listAudit: {
        parameters: {
            query?: {
                /** @description Only what was done by this operation. For example "updateVariant". */
                action?: string;
                /** @description Only what this account did; or `cli`, or `system`. */
                actor?: string;
                /** @description When it was done. */
                "at[gt]"?: string;
                /** @description When it was done. */
                "at[gte]"?: string;
                /** @description When it was done. */
                "at[lt]"?: string;
                /** @description When it was done. */
                "at[lte]"?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Only what was done to this kind of thing. For example "product". */
                resource?: string;
                /** @description Only what was done to the thing with this id. */
                resourceId?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Who changed what, the latest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfAuditEntryDto"];
                };
            };
        };
    };
    listImports: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Only those of which this became. */
                status?: "waiting" | "running" | "done" | "failed";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Imports of the last month, the newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfImportSummaryDto"];
                };
            };
        };
    };
    getImport: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the import.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description How far an import is, and what was refused */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDto"];
                };
            };
        };
    };
    listStock: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description SKUs of which at most so many are on hand and not reserved. For example 5. */
                lowStock?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description SKUs that begin so. For example "MH01". */
                sku?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Stock levels, by SKU */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfLevelDto"];
                };
            };
        };
    };
    getStock: {
        parameters: {
            query?: {
                /** @description A past instant: the answer is as it was then. */
                at?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The SKU.
                 * @example MUG-HARBOUR-FOG
                 */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The stock of a SKU, now or at any past instant, with its ledger */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LevelDetailsDto"];
                };
            };
        };
    };
    setBackorder: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description The SKU.
                 * @example MUG-HARBOUR-FOG
                 */
                sku: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BackorderDto"];
            };
        };
        responses: {
            /** @description Allow or forbid back-orders of a SKU */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LevelDto"];
                };
            };
        };
    };
    listMovements: {
        parameters: {
            query?: {
                /** @description A past instant: the answer is as it was then. */
                at?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path: {
                /**
                 * @description The SKU.
                 * @example MUG-HARBOUR-FOG
                 */
                sku: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The ledger of a SKU, the latest movement first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfMovementDto"];
                };
            };
        };
    };
    adjustStock: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AdjustStockDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LevelDto"];
                };
            };
            /** @description Correct the stock of a SKU at a location */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LevelDto"];
                };
            };
        };
    };
    retryFailedJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the event.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Try a failed job again */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listFailedJobs: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Jobs that failed for good and wait for an admin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfFailedJobDto"];
                };
            };
        };
    };
    listLocations: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The locations that stock is kept at, in the order in which they serve orders */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfLocationDto"];
                };
            };
        };
    };
    createLocation: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewLocationDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationDto"];
                };
            };
            /** @description Set up a location */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationDto"];
                };
            };
        };
    };
    getLocation: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Code of the location.
                 * @example main
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A location */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationDto"];
                };
            };
        };
    };
    updateLocation: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Code of the location.
                 * @example main
                 */
                code: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LocationChangesDto"];
            };
        };
        responses: {
            /** @description Rename a location, move it in the order of serving, open or close it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LocationDto"];
                };
            };
        };
    };
    listMails: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Only those about this order. */
                orderNumber?: string;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Only those of which this became. */
                state?: "sending" | "accepted" | "deferred" | "refused";
                /** @description Only this kind of mail. */
                template?: "order_confirmation" | "parcel_sent" | "order_cancelled" | "items_cancelled" | "return_decided" | "refund_sent" | "password_reset" | "email_verification" | "account_erased";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The mails to buyers and what became of them, the latest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfSentMailDto"];
                };
            };
        };
    };
    previewMail: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Which mail.
                 * @example order_confirmation
                 */
                template: "order_confirmation" | "parcel_sent" | "order_cancelled" | "items_cancelled" | "return_decided" | "refund_sent" | "password_reset" | "email_verification" | "account_erased";
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a mail looks like, with example data */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MailPreviewDto"];
                };
            };
        };
    };
    listAllOrders: {
        parameters: {
            query?: {
                /** @description When it was placed. */
                "createdAt[gt]"?: string;
                /** @description When it was placed. */
                "createdAt[gte]"?: string;
                /** @description When it was placed. */
                "createdAt[lt]"?: string;
                /** @description When it was placed. */
                "createdAt[lte]"?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description Id of the account that ordered. */
                customer?: string;
                /** @description The order's email, in whatever case. */
                email?: string;
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("orderNumber" | "customer" | "status" | "email" | "items" | "subtotal" | "discountTotal" | "shippingTotal" | "taxTotal" | "totalAmount" | "currency" | "shippingAddress" | "billingAddress" | "paymentDetails" | "shipments" | "cancellations" | "returns" | "refunds" | "history" | "events" | "retriedAt" | "createdAt" | "updatedAt")[];
                /** @description How many to answer with. */
                limit?: number;
                /** @description How the number begins, two characters of it at least, in whatever case. Without `sort`, they come by number. For example "CW-7K3". */
                orderNumber?: string;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description With `updatedAt` and `updatedAt[gt]`, what has changed since: go on with the cursor, or with the time of the last one. */
                sort?: "-createdAt" | "updatedAt" | "totalAmount" | "-totalAmount";
                /** @description Only orders in this state. */
                status?: "PaymentPending" | "Processing" | "Failed" | "Shipped" | "Delivered" | "Cancelled" | "Returned" | "Refunded";
                /** @description Only orders in this state. Several, between commas. */
                "status[in]"?: string;
                /** @description In minor units. */
                totalAmount?: number;
                /** @description In minor units. */
                "totalAmount[gt]"?: number;
                /** @description In minor units. */
                "totalAmount[gte]"?: number;
                /** @description In minor units. */
                "totalAmount[lt]"?: number;
                /** @description In minor units. */
                "totalAmount[lte]"?: number;
                /** @description When it was last changed. */
                "updatedAt[gt]"?: string;
                /** @description When it was last changed. */
                "updatedAt[gte]"?: string;
                /** @description When it was last changed. */
                "updatedAt[lt]"?: string;
                /** @description When it was last changed. */
                "updatedAt[lte]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All orders, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfOrderDto"];
                };
            };
        };
    };
    listPayments: {
        parameters: {
            query?: {
                /** @description In minor units. */
                amount?: number;
                /** @description In minor units. */
                "amount[gt]"?: number;
                /** @description In minor units. */
                "amount[gte]"?: number;
                /** @description In minor units. */
                "amount[lt]"?: number;
                /** @description In minor units. */
                "amount[lte]"?: number;
                /** @description When it was begun. */
                "createdAt[gt]"?: string;
                /** @description When it was begun. */
                "createdAt[gte]"?: string;
                /** @description When it was begun. */
                "createdAt[lt]"?: string;
                /** @description When it was begun. */
                "createdAt[lte]"?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Only payments in this state. */
                status?: "requested" | "action_required" | "confirming" | "authorized" | "captured" | "failed" | "cancelled";
                /** @description Only payments in this state. Several, between commas. */
                "status[in]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All payments, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfPaymentDto"];
                };
            };
        };
    };
    getPayment: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The money of an order: its payment, its refunds, and all that the provider said */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PaymentFileDto"];
                };
            };
        };
    };
    reconcilePayments: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReconcileDto"];
            };
        };
        responses: {
            /** @description Ask the payment providers what became of unfinished payments and refunds */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReconciliationDto"];
                };
            };
        };
    };
    listAllProducts: {
        parameters: {
            query?: {
                /** @description true: only what is archived (admins only); otherwise only what is not. */
                archived?: boolean;
                /** @description Brand, whatever its case. */
                brand?: string;
                /** @description Id or slug; products of its descendants are included. */
                category?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description `category`: with the categories above it. */
                expand?: "category"[];
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("id" | "slug" | "name" | "description" | "brand" | "category" | "images" | "basePrice" | "currency" | "options" | "variants" | "vendor" | "isActive" | "archivedAt" | "createdAt" | "updatedAt")[];
                /** @description true: with something to buy now; false: with nothing. */
                inStock?: boolean;
                /** @description true: what is on sale; false: what is not, such as what vendors propose. */
                isActive?: boolean;
                /** @description How many to answer with. */
                limit?: number;
                /** @description In minor units of the currency: 1999 is 19.99. */
                maxPrice?: number;
                /** @description In minor units. With maxPrice, inStock and options, one variant must fulfil all of them. */
                minPrice?: number;
                /**
                 * @description Values of options, such as `options[Size]=M`, whatever their case.
                 * @example {}
                 */
                options?: {
                    [key: string]: string;
                };
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Words; each must begin a word of the name, brand, category or SKU. For example "stone mug". */
                q?: string;
                /** @description By when they were created; `-` is newest first. */
                sort?: "createdAt" | "-createdAt";
                /** @description Id of a vendor. */
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All products, on sale or not, newest first; vendors see their own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfProductDto"];
                };
            };
        };
    };
    listRefunds: {
        parameters: {
            query?: {
                /** @description In minor units. */
                amount?: number;
                /** @description In minor units. */
                "amount[gt]"?: number;
                /** @description In minor units. */
                "amount[gte]"?: number;
                /** @description In minor units. */
                "amount[lt]"?: number;
                /** @description In minor units. */
                "amount[lte]"?: number;
                /** @description When it was begun. */
                "createdAt[gt]"?: string;
                /** @description When it was begun. */
                "createdAt[gte]"?: string;
                /** @description When it was begun. */
                "createdAt[lt]"?: string;
                /** @description When it was begun. */
                "createdAt[lte]"?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Only refunds in this state. */
                status?: "requested" | "pending" | "succeeded" | "failed";
                /** @description Only refunds in this state. Several, between commas. */
                "status[in]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description All refunds, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfRefundDto"];
                };
            };
        };
    };
    retryRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the refund.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Send a refund that failed once more */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundDto"];
                };
            };
        };
    };
    listUsers: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description How the email, or a word of the name, begins; in any case. For example "ada". */
                q?: string;
                /** @description Only accounts with this role. */
                role?: "user" | "vendor" | "admin";
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accounts, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfAccountDto"];
                };
            };
        };
    };
    getUser: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the account.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description An account */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
        };
    };
    changeRoles: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the account.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RolesDto"];
            };
        };
        responses: {
            /** @description Change an account's roles; its sessions end */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
        };
    };
    verifyEmail: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VerifyEmailDto"];
            };
        };
        responses: {
            /** @description Confirm an email, by the token of the letter */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    startGuestSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GuestSessionDto"];
                };
            };
            /** @description Begin as a guest, without an account */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["GuestSessionDto"];
                };
            };
        };
    };
    login: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogInDto"];
            };
        };
        responses: {
            /** @description Log in */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserSessionDto"];
                };
            };
        };
    };
    logout: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["LogOutDto"];
            };
        };
        responses: {
            /** @description End the session */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    forgotPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ForgotPasswordDto"];
            };
        };
        responses: {
            /** @description Ask for a letter with which another password can be chosen */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    resetPassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ResetPasswordDto"];
            };
        };
        responses: {
            /** @description Choose another password, by the token of the letter */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    refreshSession: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefreshDto"];
            };
        };
        responses: {
            /** @description Exchange a refresh token for new tokens */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SessionDto"];
                };
            };
        };
    };
    register: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RegisterDto"];
            };
        };
        responses: {
            /** @description Make an account */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["UserSessionDto"];
                };
            };
        };
    };
    getCart: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The cart, an empty one when there is none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartDto"];
                };
            };
        };
    };
    clearCart: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take everything out of the cart */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartDto"];
                };
            };
        };
    };
    addCartItem: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddCartItemDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartDto"];
                };
            };
            /** @description Put a variant into the cart */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartDto"];
                };
            };
        };
    };
    changeCartItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the line in the cart.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                itemId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ChangeCartItemDto"];
            };
        };
        responses: {
            /** @description Change how many are wanted of an item */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartDto"];
                };
            };
        };
    };
    removeCartItem: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the line in the cart.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                itemId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take an item out of the cart */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CartDto"];
                };
            };
        };
    };
    listCategories: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description true: all of them in one answer, each with its children. Not together with limit, page and cursor. */
                tree?: boolean;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Categories by name, flat and by pages, or with `tree=true` all as a tree */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfCategoryDto"];
                };
            };
        };
    };
    createCategory: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewCategoryDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryDto"];
                };
            };
            /** @description Create a category */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryDto"];
                };
            };
        };
    };
    getCategory: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id or slug of the category.
                 * @example kitchen
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A category */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryDto"];
                };
            };
        };
    };
    deleteCategory: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Id of the category.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete a category that nothing uses */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateCategory: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Id of the category.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CategoryChangesDto"];
            };
        };
        responses: {
            /** @description Rename or move a category; its products follow */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CategoryDto"];
                };
            };
        };
    };
    listCategoryProducts: {
        parameters: {
            query?: {
                /** @description Brand, whatever its case. */
                brand?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description `category`: with the categories above it. */
                expand?: "category"[];
                /** @description How many products there are of each value, beside the list: of each brand, category (with those below it), currency (with its range of prices) and option. All filters narrow a facet but its own, so that the others of a chosen brand are still counted. At most 100 values each, the most frequent first. */
                facets?: ("brand" | "category" | "price" | "options")[];
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("id" | "slug" | "name" | "description" | "brand" | "category" | "images" | "basePrice" | "currency" | "options" | "variants" | "vendor" | "isActive" | "archivedAt" | "createdAt" | "updatedAt")[];
                /** @description true: with something to buy now; false: with nothing. */
                inStock?: boolean;
                /** @description How many to answer with. */
                limit?: number;
                /** @description In minor units of the currency: 1999 is 19.99. */
                maxPrice?: number;
                /** @description In minor units. With maxPrice, inStock and options, one variant must fulfil all of them. */
                minPrice?: number;
                /**
                 * @description Values of options, such as `options[Size]=M`, whatever their case.
                 * @example {}
                 */
                options?: {
                    [key: string]: string;
                };
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Words; each must begin a word of the name, brand, category or SKU. For example "stone mug". */
                q?: string;
                /** @description `relevance`, with `q`: what has the words in its name first, then in its brand, then in its category or SKUs, of equals the newest; without `q` newest first. */
                sort?: "relevance" | "price" | "-price" | "name" | "-name" | "createdAt" | "-createdAt";
                /** @description Id of a vendor. */
                vendor?: string;
            };
            header?: never;
            path: {
                /**
                 * @description Slug of the category.
                 * @example kitchen
                 */
                slug: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Products of a category and of all below it */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductPageDto"];
                };
            };
        };
    };
    listOrders: {
        parameters: {
            query?: {
                /** @description When it was placed. */
                "createdAt[gt]"?: string;
                /** @description When it was placed. */
                "createdAt[gte]"?: string;
                /** @description When it was placed. */
                "createdAt[lt]"?: string;
                /** @description When it was placed. */
                "createdAt[lte]"?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("orderNumber" | "customer" | "status" | "email" | "items" | "subtotal" | "discountTotal" | "shippingTotal" | "taxTotal" | "totalAmount" | "currency" | "shippingAddress" | "billingAddress" | "paymentDetails" | "shipments" | "cancellations" | "returns" | "refunds" | "history" | "events" | "retriedAt" | "createdAt" | "updatedAt")[];
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Only orders in this state. */
                status?: "PaymentPending" | "Processing" | "Failed" | "Shipped" | "Delivered" | "Cancelled" | "Returned" | "Refunded";
                /** @description Only orders in this state. Several, between commas. */
                "status[in]"?: string;
                /** @description In minor units. */
                totalAmount?: number;
                /** @description In minor units. */
                "totalAmount[gt]"?: number;
                /** @description In minor units. */
                "totalAmount[gte]"?: number;
                /** @description In minor units. */
                "totalAmount[lt]"?: number;
                /** @description In minor units. */
                "totalAmount[lte]"?: number;
                /** @description When it was last changed. */
                "updatedAt[gt]"?: string;
                /** @description When it was last changed. */
                "updatedAt[gte]"?: string;
                /** @description When it was last changed. */
                "updatedAt[lt]"?: string;
                /** @description When it was last changed. */
                "updatedAt[lte]"?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The caller's orders, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfOrderDto"];
                };
            };
        };
    };
    placeOrder: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PlaceOrderDto"];
            };
        };
        responses: {
            /** @description Turn the cart into an order and begin its payment */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    getOrder: {
        parameters: {
            query?: {
                /** @description `events`: with what it has announced. */
                expand?: "events"[];
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("orderNumber" | "customer" | "status" | "email" | "items" | "subtotal" | "discountTotal" | "shippingTotal" | "taxTotal" | "totalAmount" | "currency" | "shippingAddress" | "billingAddress" | "paymentDetails" | "shipments" | "cancellations" | "returns" | "refunds" | "history" | "events" | "retriedAt" | "createdAt" | "updatedAt")[];
            };
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One order: the caller's own, or any for an admin */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    cancelOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CancelOrderDto"];
            };
        };
        responses: {
            /** @description Cancel a paid order before it is shipped, or some of its items: stock and money go back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    captureOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CaptureOrderDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
            /** @description Take the money that is held for an order */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    deliverOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeliverOrderDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
            /** @description Record that the carrier delivered */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    listOrderEvents: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What the order has announced, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfOrderEventDto"];
                };
            };
        };
    };
    confirmOrderPayment: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ConfirmPaymentDto"];
            };
        };
        responses: {
            /** @description Bring back what the checkout of the provider handed to the page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    refundOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundOrderDto"];
            };
        };
        responses: {
            /** @description Send money of an order back */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    quoteRefund: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RefundWishDto"];
            };
        };
        responses: {
            /** @description What a refund would come to */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RefundQuoteDto"];
                };
            };
        };
    };
    retryOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Put the items of a failed order back into the cart */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    requestReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["RequestReturnDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
            /** @description Ask to send goods back */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    approveReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the return.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Say yes to a return */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    declineReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the return.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["DeclineReturnDto"];
            };
        };
        responses: {
            /** @description Say no to a return, and why */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    receiveReturn: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the return.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReceiveReturnDto"];
            };
        };
        responses: {
            /** @description Record goods that came back */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    shipOrder: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Number of the order.
                 * @example CW-7K3MQ-9XD2F
                 */
                orderNumber: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ShipOrderDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
            /** @description Send a parcel of a paid order */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["OrderDto"];
                };
            };
        };
    };
    listPaymentProviders: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The payment providers that buyers can choose; the first when they choose none */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfProviderDto"];
                };
            };
        };
    };
    receivePaymentWebhook: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Who calls.
                 * @example stripe
                 */
                provider: "stripe" | "razorpay";
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": {
                    [key: string]: unknown;
                };
            };
        };
        responses: {
            /** @description A payment provider's webhook */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ReceivedDto"];
                };
            };
        };
    };
    listProducts: {
        parameters: {
            query?: {
                /** @description Brand, whatever its case. */
                brand?: string;
                /** @description Id or slug; products of its descendants are included. */
                category?: string;
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description `category`: with the categories above it. */
                expand?: "category"[];
                /** @description How many products there are of each value, beside the list: of each brand, category (with those below it), currency (with its range of prices) and option. All filters narrow a facet but its own, so that the others of a chosen brand are still counted. At most 100 values each, the most frequent first. */
                facets?: ("brand" | "category" | "price" | "options")[];
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("id" | "slug" | "name" | "description" | "brand" | "category" | "images" | "basePrice" | "currency" | "options" | "variants" | "vendor" | "isActive" | "archivedAt" | "createdAt" | "updatedAt")[];
                /** @description true: with something to buy now; false: with nothing. */
                inStock?: boolean;
                /** @description How many to answer with. */
                limit?: number;
                /** @description In minor units of the currency: 1999 is 19.99. */
                maxPrice?: number;
                /** @description In minor units. With maxPrice, inStock and options, one variant must fulfil all of them. */
                minPrice?: number;
                /**
                 * @description Values of options, such as `options[Size]=M`, whatever their case.
                 * @example {}
                 */
                options?: {
                    [key: string]: string;
                };
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
                /** @description Words; each must begin a word of the name, brand, category or SKU. For example "stone mug". */
                q?: string;
                /** @description `relevance`, with `q`: what has the words in its name first, then in its brand, then in its category or SKUs, of equals the newest; without `q` newest first. */
                sort?: "relevance" | "price" | "-price" | "name" | "-name" | "createdAt" | "-createdAt";
                /** @description Id of a vendor. */
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Products on sale, filtered, sorted and by pages */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductPageDto"];
                };
            };
        };
    };
    createProduct: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewProductDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
            /** @description Create a product; vendors propose one */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
        };
    };
    getProduct: {
        parameters: {
            query?: {
                /** @description `category`: with the categories above it. */
                expand?: "category"[];
                /** @description Only these fields of each, between commas; all of them, when it is left out. */
                fields?: ("id" | "slug" | "name" | "description" | "brand" | "category" | "images" | "basePrice" | "currency" | "options" | "variants" | "vendor" | "isActive" | "archivedAt" | "createdAt" | "updatedAt")[];
            };
            header?: never;
            path: {
                /**
                 * @description Id or slug of the product.
                 * @example harbour-stoneware-mug
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A product, with the stock of this moment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
        };
    };
    archiveProduct: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Id of the product.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Archive a product: the public no longer sees it */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateProduct: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Id of the product.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProductChangesDto"];
            };
        };
        responses: {
            /** @description Change a product; vendors their own */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
        };
    };
    addVariant: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the product.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["NewVariantDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
            /** @description Add a variant to a product */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
        };
    };
    removeVariant: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Id of the product.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
                /**
                 * @description Id of the variant.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                variantId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a variant */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    updateVariant: {
        parameters: {
            query?: never;
            header: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any; without the header nothing is changed at all (428). */
                "If-Match": string;
            };
            path: {
                /**
                 * @description Id of the product.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
                /**
                 * @description Id of the variant.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                variantId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["VariantChangesDto"];
            };
        };
        responses: {
            /** @description Change a variant */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProductDto"];
                };
            };
        };
    };
    exportProducts: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Export the catalogue */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/x-ndjson": string;
                    "text/csv": string;
                };
            };
        };
    };
    importProducts: {
        parameters: {
            query?: {
                /** @description Whether the stock that is said also replaces that of SKUs known already. */
                setStock?: boolean;
                /** @description Pieces on hand of a SKU seen for the first time that says none itself. */
                stock?: number;
                /** @description A vendor whose products these are; without it new ones are the house's, and known ones stay whose they are. */
                vendor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/x-ndjson": string;
                "text/csv": string;
            };
        };
        responses: {
            /** @description Import a catalogue */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ImportDto"];
                };
            };
        };
    };
    eraseAccount: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["EraseAccountDto"];
            };
        };
        responses: {
            /** @description Erase your account, for ever */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listAddresses: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your addresses, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfSavedAddressDto"];
                };
            };
        };
    };
    addAddress: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressInputDto"];
            };
        };
        responses: {
            /** @description What would be the answer, after `Prefer: handling=dry-run`: nothing was kept. */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAddressDto"];
                };
            };
            /** @description Save another address */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAddressDto"];
                };
            };
        };
    };
    getAddress: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the address.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One of your addresses */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAddressDto"];
                };
            };
        };
    };
    changeAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the address.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["AddressInputDto"];
            };
        };
        responses: {
            /** @description Replace an address */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedAddressDto"];
                };
            };
        };
    };
    removeAddress: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the address.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Delete an address */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    askForVerification: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ask for another letter that confirms your email */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    exportPersonalData: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything that the shop keeps about you */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PersonalFileDto"];
                };
            };
        };
    };
    changePassword: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PasswordDto"];
            };
        };
        responses: {
            /** @description Change your password; your other sessions end */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    listPaymentMethods: {
        parameters: {
            query?: {
                /** @description Where to go on: `nextCursor` of the answer before. Not together with page. */
                cursor?: string;
                /** @description How many to answer with. */
                limit?: number;
                /** @description Which page, from 1. Not together with cursor. */
                page?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your saved payment methods, oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PageOfSavedMethodDto"];
                };
            };
        };
    };
    savePaymentMethod: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["SaveMethodDto"];
            };
        };
        responses: {
            /** @description Save a payment method */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["MethodSetupDto"];
                };
            };
        };
    };
    getPaymentMethod: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /**
                 * @description Id of the payment method.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One of your saved payment methods */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedMethodDto"];
                };
            };
        };
    };
    removePaymentMethod: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the payment method.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Remove a saved payment method */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    makePaymentMethodDefault: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path: {
                /**
                 * @description Id of the payment method.
                 * @example 6565f0c2a1b2c3d4e5f60718
                 */
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Make a saved payment method the default */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SavedMethodDto"];
                };
            };
        };
    };
    getProfile: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Your profile */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
        };
    };
    changeProfile: {
        parameters: {
            query?: never;
            header?: {
                /** @description The `ETag` of what was read: nothing is changed when somebody else changed it in between (412). `*` stands for any. */
                "If-Match"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ProfileDto"];
            };
        };
        responses: {
            /** @description Change your name or email */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AccountDto"];
                };
            };
        };
    };
    live: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the process runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthDto"];
                };
            };
        };
    };
    ready: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether the process can serve: its start is over, its database and its queue answer */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthDto"];
                };
            };
        };
    };
    startup: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Whether everything is in place that is made at a start */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["HealthDto"];
                };
            };
        };
    };
    readMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What Prometheus reads */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain; version=0.0.4; charset=utf-8": string;
                };
            };
        };
    };
}
type WithRequired<T, K extends keyof T> = T & {
    [P in K]-?: T[P];
};

/** Every code that a problem of the shop can have. */
export type ErrorCode =
  | 'address_not_found'
  | 'already_dispatched'
  | 'already_retried'
  | 'amount_mismatch'
  | 'amount_not_chargeable'
  | 'bad_request'
  | 'bad_signature'
  | 'below_reserved'
  | 'body_too_deep'
  | 'body_too_large'
  | 'capture_too_large'
  | 'cart_changed'
  | 'cart_empty'
  | 'cart_full'
  | 'category_cycle'
  | 'category_in_use'
  | 'category_not_found'
  | 'category_too_deep'
  | 'currency_mismatch'
  | 'dry_run_not_possible'
  | 'duplicate_category'
  | 'duplicate_location'
  | 'duplicate_name'
  | 'duplicate_sku'
  | 'duplicate_slug'
  | 'email_taken'
  | 'forbidden'
  | 'forbidden_name'
  | 'headers_too_large'
  | 'idempotency_in_progress'
  | 'idempotency_key_reused'
  | 'illegal_transition'
  | 'import_not_found'
  | 'internal_error'
  | 'invalid_credentials'
  | 'invalid_input'
  | 'invalid_letter_token'
  | 'invalid_refresh_token'
  | 'item_not_found'
  | 'items_not_for_sale'
  | 'job_not_found'
  | 'last_admin'
  | 'last_variant'
  | 'location_not_found'
  | 'malformed_encoding'
  | 'malformed_request'
  | 'malformed_url'
  | 'method_declined'
  | 'method_not_allowed'
  | 'more_than_left'
  | 'more_than_sold'
  | 'more_than_there'
  | 'not_for_sale'
  | 'not_found'
  | 'not_ready'
  | 'not_started'
  | 'not_supported_by_provider'
  | 'nothing_to_cancel'
  | 'nothing_to_refund'
  | 'nothing_to_return'
  | 'nothing_to_ship'
  | 'on_hand_changed'
  | 'order_not_found'
  | 'out_of_stock'
  | 'overloaded'
  | 'payment_declined'
  | 'payment_lapsed'
  | 'payment_not_found'
  | 'precondition_failed'
  | 'precondition_required'
  | 'product_not_found'
  | 'provider_unavailable'
  | 'quantity_too_large'
  | 'refund_not_found'
  | 'refund_too_large'
  | 'refunded_otherwise'
  | 'reservation_gone'
  | 'return_not_found'
  | 'return_window_closed'
  | 'saved_method_not_found'
  | 'shipment_not_found'
  | 'sku_not_found'
  | 'stale_version'
  | 'starting'
  | 'still_on_backorder'
  | 'still_vendor'
  | 'stopping'
  | 'template_not_found'
  | 'too_busy'
  | 'too_many_addresses'
  | 'too_many_imports'
  | 'too_many_locations'
  | 'too_many_requests'
  | 'too_many_saved_methods'
  | 'unauthenticated'
  | 'unavailable'
  | 'unknown_item'
  | 'unknown_order_item'
  | 'unknown_provider'
  | 'unreadable_import'
  | 'unsupported_api_version'
  | 'unsupported_media_type'
  | 'url_too_long'
  | 'user_not_found'
  | 'variant_not_found'
  | 'wrong_password';
