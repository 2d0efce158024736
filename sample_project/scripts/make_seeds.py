#!/usr/bin/env python3
"""Write the CSV files of seeds/raw. The same script always writes the same bytes.

    python3 scripts/make_seeds.py

Only Random.random() is used: its sequence for a seed is the same in every Python 3.
"""
import csv
import pathlib
import random
from datetime import datetime, timedelta

OUT = pathlib.Path(__file__).resolve().parent.parent / "seeds" / "raw"
CUSTOMERS, ORDERS = 1_000, 10_000
OPENED = datetime(2022, 6, 1)
EXTRACTED = datetime(2025, 1, 1)

FIRST = "Ana Ben Chloe Dmitri Elif Farid Greta Hugo Ines Jonas Kaito Lena Mateo Nadia Oscar Priya Quinn Rosa Samir Tove".split()
LAST = "Alvarez Bauer Costa Dubois Eriksen Fischer Garcia Haddad Ito Jansen Kowalski Larsen Moreau Novak O'Brien Patel Rossi Silva Tanaka Weber".split()
CITIES = [("Lisbon", "PT"), ("Berlin", "DE"), ("Lyon", "FR"), ("Oslo", "NO"), ("Osaka", "JP"), ("Krakow", "PL"), ("Toronto", "CA"), ("Austin", "US")]
STATUSES = ["active", "active", "active", "inactive", "prospect", ""]
CATEGORIES = {
    "kitchen": ["Mug", "Teapot", "Skillet", "Cutting board", "Storage jar"],
    "garden": ["Trowel", "Planter", "Watering can", "Seed mix", "Gloves"],
    "office": ["Notebook", "Desk lamp", "Pen set", "Cable box", "Clipboard"],
    "outdoor": ["Headlamp", "Flask", "Dry bag", "Tarp", "Cooking set"],
}

rng = random.Random(20250101)


def below(n):
    return int(rng.random() * n)


def pick(items):
    return items[below(len(items))]


def chance(p):
    return rng.random() < p


def between(start, end):
    return start + timedelta(seconds=below(int((end - start).total_seconds())))


def money(cents):
    return f"{cents // 100}.{cents % 100:02d}"


def dirty(text):
    """Text as a web form delivers it: sometimes padded, sometimes shouted."""
    if chance(0.06):
        text = "  " + text
    if chance(0.06):
        text = text + " "
    return text.upper() if chance(0.03) else text


def customers():
    """Rows of the customer history, and when each customer appeared."""
    rows, created = [], {}
    for customer_id in range(1, CUSTOMERS + 1):
        at = created[customer_id] = between(OPENED, datetime(2024, 10, 1))
        first, last = pick(FIRST), pick(LAST)
        (city, country), status = pick(CITIES), pick(STATUSES)
        email = "" if chance(0.05) else f"{first}.{last.replace(chr(39), '')}{customer_id}@example.com".lower()
        for _ in range(1 + min(below(4), below(5))):
            if at >= EXTRACTED - timedelta(days=1):
                break
            row = [customer_id, dirty(first), dirty(last), email.upper() if chance(0.03) else email,
                   city, country, status, created[customer_id], at]
            rows.append(row + [at + timedelta(hours=3)])
            if chance(0.02):  # the loader delivered the same version twice
                rows.append(row + [at + timedelta(hours=27)])
            at += timedelta(days=5 + below(250), seconds=below(86_400))
            change = below(3)
            if change == 0:
                city, country = pick(CITIES)
            elif change == 1:
                status = pick(STATUSES)
            else:
                email = f"{first}.{customer_id}@mail.example".lower()
    return rows, created


def products():
    rows = []
    for category, names in CATEGORIES.items():
        for name in names:
            for size in ("small", "large", ""):
                cost = 200 + below(4_000)
                label = f"{name}, {size}" if size else name
                rows.append([len(rows) + 1, dirty(label), category, money(cost), money(cost + cost * (20 + below(60)) // 100),
                             "false" if chance(0.08) else "true"])
    return rows


def orders(created, catalogue):
    """Rows of orders and of their items, in the order in which they were placed."""
    placed = []
    for _ in range(ORDERS):
        customer_id = 1 + min(below(CUSTOMERS), below(CUSTOMERS))  # early customers order more
        placed.append((between(created[customer_id], EXTRACTED - timedelta(days=1)), customer_id))
    order_rows, item_rows = [], []
    for order_id, (at, customer_id) in enumerate(sorted(placed), start=1):
        age = EXTRACTED - at
        if age < timedelta(days=3):
            status = "placed"
        elif age < timedelta(days=7):
            status = "shipped"
        else:
            status = pick(["completed"] * 17 + ["returned", "returned", "cancelled"])
        updated = at if status == "placed" else at + timedelta(seconds=below(int(min(age, timedelta(days=14)).total_seconds())))
        order_rows.append([order_id, customer_id, at, status, pick(["web", "web", "app", "store"]), updated])
        for _ in range(1 + min(below(4), below(4))):
            product = pick(catalogue)
            price = int(product[4].replace(".", ""))
            quantity = 1 + min(below(5), below(5))
            discount = price * quantity * 10 // 100 if chance(0.15) else 0
            item_rows.append([len(item_rows) + 1, order_id, product[0], quantity, money(price), money(discount)])
    return order_rows, item_rows


def write(name, header, rows):
    with open(OUT / f"{name}.csv", "w", newline="", encoding="utf-8") as f:
        out = csv.writer(f, lineterminator="\n")
        out.writerow(header.split())
        out.writerows(rows)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    customer_rows, created = customers()
    product_rows = products()
    order_rows, item_rows = orders(created, product_rows)
    write("customers", "customer_id first_name last_name email city country status created_at updated_at loaded_at", customer_rows)
    write("products", "product_id product_name category unit_cost list_price is_active", product_rows)
    write("orders", "order_id customer_id ordered_at status channel updated_at", order_rows)
    write("order_items", "order_item_id order_id product_id quantity unit_price discount_amount", item_rows)


if __name__ == "__main__":
    main()
