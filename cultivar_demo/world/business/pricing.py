"""What is offered: products, seats, prices; everything in whole cents of the deal's currency.

Belongs here: the price list and offers of many deals at once. Does not belong here: when an offer
is made, or what becomes of it. Seats and monthly prices are matrices of deals by recurring
products, in the order of ``PriceList.recurring``.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cultivar_demo.world.world import World

CURRENCIES = ("USD", "EUR", "GBP")
PRICE_FACTOR = np.array([1.0, 0.92, 0.80])
"""Price list of a currency against that in US dollars: set once, not by the rate of the day."""

SEGMENTS = ("smb", "mid_market", "enterprise")
SEATS_MEDIAN = np.array([11.0, 38.0, 120.0])
SEATS_SPREAD = 0.45
SEATS_RANGE = ((3, 60), (12, 160), (40, 600))
DISCOUNT_CHANCE = np.array([0.35, 0.65, 0.9])
DISCOUNT_MOST = np.array([0.15, 0.22, 0.32])
ADD_ON_CHANCE = np.array([0.15, 0.25, 0.35])
"""By segment, for each add-on."""
SERVICE_CHANCE = np.array([0.12, 0.4, 0.75])
"""By segment: an onboarding package; training days besides for half of them."""


@dataclass(frozen=True)
class PriceList:
    """Products that can be sold.

    Attributes:
        recurring: product ids, platforms first, then add-ons.
        platforms: number of platforms among them.
        list_cents: US cents a seat and month, in the order of ``recurring``.
        services: product ids of services; ``service_cents``: US cents once.
    """

    recurring: np.ndarray
    platforms: int
    list_cents: np.ndarray
    services: np.ndarray
    service_cents: np.ndarray

    @classmethod
    def of(cls, world: World) -> PriceList:
        """The active products."""
        rows = world.columns(
            "select product_id, product_family, "
            "cast(round(list_price_monthly * 100) as bigint) as cents "
            "from product where is_active order by product_family = 'Service', "
            "product_family = 'Add-on', list_price_monthly * (product_family = 'Platform')::int, "
            "product_id"
        )
        family = np.asarray(rows["product_family"], dtype=str)
        service = family == "Service"
        return cls(
            recurring=rows["product_id"][~service].astype(np.int64),
            platforms=int((family == "Platform").sum()),
            list_cents=rows["cents"][~service].astype(np.int64),
            services=rows["product_id"][service].astype(np.int64),
            service_cents=rows["cents"][service].astype(np.int64),
        )

    def monthly(self, currency: np.ndarray) -> np.ndarray:
        """List price a seat and month, cents: rows of currencies by recurring products."""
        return np.rint(PRICE_FACTOR[currency][:, None] * self.list_cents).astype(np.int64)

    def once(self, currency: np.ndarray) -> np.ndarray:
        """List price of services, cents: rows of currencies by services."""
        return np.rint(PRICE_FACTOR[currency][:, None] * self.service_cents).astype(np.int64)


@dataclass
class Offer:
    """What is offered in each deal.

    Attributes:
        seats: deals by recurring products; 0: not offered.
        price: net price a seat and month, cents; same shape.
        services: deals by services, units; always at list price.
    """

    seats: np.ndarray
    price: np.ndarray
    services: np.ndarray

    def rows(self, where: np.ndarray) -> Offer:
        """The offers at ``where``."""
        return Offer(self.seats[where], self.price[where], self.services[where])

    @property
    def monthly_cents(self) -> np.ndarray:
        """Recurring value a month, cents."""
        return (self.seats * self.price).sum(axis=1)

    def first_year_cents(self, prices: PriceList, currency: np.ndarray) -> np.ndarray:
        """Value of the first year with services, cents."""
        return 12 * self.monthly_cents + (self.services * prices.once(currency)).sum(axis=1)


def join_offers(*offers: Offer) -> Offer:
    """Offers one behind the other."""
    return Offer(
        np.concatenate([offer.seats for offer in offers]),
        np.concatenate([offer.price for offer in offers]),
        np.concatenate([offer.services for offer in offers]),
    )


def new_offers(
    random: np.random.Generator,
    prices: PriceList,
    segment: np.ndarray,
    currency: np.ndarray,
    employees: np.ndarray,
) -> Offer:
    """A first offer to each company.

    Args:
        random: stream.
        prices: what can be sold.
        segment: position in SEGMENTS of each.
        currency: position in CURRENCIES of each.
        employees: people of each.
    """
    count = len(segment)
    width = len(prices.recurring)
    low, high = np.array(SEATS_RANGE)[segment].reshape(-1, 2).T
    drawn = SEATS_MEDIAN[segment] * np.exp(SEATS_SPREAD * random.standard_normal(count))
    seats = np.clip(np.rint(drawn), low, np.minimum(high, np.maximum(employees, 3)))
    seats = seats.astype(np.int64)
    # The platform's edition follows the segment; smaller companies sometimes take the next one.
    edition = np.minimum(segment + ((segment < 2) & (random.random(count) < 0.25)), 2)
    edition = np.minimum(edition, prices.platforms - 1)
    matrix = np.zeros((count, width), dtype=np.int64)
    matrix[np.arange(count), edition] = seats
    # The last add-on is kept for further contracts of the same customer.
    for column in range(prices.platforms, width - 1):
        taken = random.random(count) < ADD_ON_CHANCE[segment]
        matrix[taken, column] = seats[taken]
    has_discount = random.random(count) < DISCOUNT_CHANCE[segment]
    ratio = np.rint(random.random(count) * DISCOUNT_MOST[segment] * 100) / 100
    ratio = np.where(has_discount, ratio, 0.0)
    discount = np.where(matrix > 0, ratio[:, None], 0.0)
    services = np.zeros((count, len(prices.services)), dtype=np.int64)
    if len(prices.services):
        served = random.random(count) < SERVICE_CHANCE[segment]
        services[:, 0] = served
        if len(prices.services) > 1:
            trained = served & (random.random(count) < 0.5)
            services[:, 1] = np.where(trained, 1 + random.integers(0, 4, count), 0)
    return Offer(matrix, net(prices, currency, discount), services)


def net(prices: PriceList, currency: np.ndarray, discount: np.ndarray) -> np.ndarray:
    """Net price a seat and month, cents, after the discount."""
    return np.rint(prices.monthly(currency) * (1 - discount)).astype(np.int64)
