"""Reads messages by cursor with an independent client (PyPI gql) against a running server.

URL is the site (http://127.0.0.1:8480), TOKEN an API token with the scope READ, MESSAGES how many to read (1000; the archive
must hold as many). Fetches the schema by introspection and checks every document against it before it is sent.
"""

import asyncio
import os
import sys

from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError

CONVERSATIONS = gql(
    """
    query Conversations($after: String) {
      conversations(first: 50, after: $after) {
        nodes { id messageCount }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
    """
)

TIMELINE = gql(
    """
    query Timeline($id: ID!, $after: String) {
      conversation(id: $id) {
        messages(first: 100, after: $after) {
          edges { cursor node { id at kind text seal { state index } } }
          pageInfo { hasNextPage endCursor }
          totalCount
          offset
        }
      }
    }
    """
)

SEARCH = gql(
    """
    query Search($after: String) {
      search(query: "kind:text", first: 100, after: $after, order: NEWEST) {
        syntaxError { code }
        edges { cursor node { id at } }
        pageInfo { hasNextPage endCursor }
        totalCount
      }
    }
    """
)


async def conversations(session):
    """All conversations, page by page."""
    after = None
    while True:
        page = (await session.execute(CONVERSATIONS, variable_values={"after": after}))["conversations"]
        for node in page["nodes"]:
            yield node
        if not page["pageInfo"]["hasNextPage"]:
            return
        after = page["pageInfo"]["endCursor"]


async def timeline(session, conversation):
    """All messages of a conversation, page by page; each page begins where the last one ended."""
    after, read = None, 0
    while True:
        found = await session.execute(TIMELINE, variable_values={"id": conversation, "after": after})
        page = found["conversation"]["messages"]
        assert page["offset"] == read or not page["edges"], "pages follow each other without gap or overlap"
        for edge in page["edges"]:
            read += 1
            yield edge["node"]
        if not page["pageInfo"]["hasNextPage"]:
            assert read == page["totalCount"], f"{read} messages read of {page['totalCount']}"
            return
        after = page["pageInfo"]["endCursor"]


async def read_timelines(session, wanted):
    """Reads whole conversations until there are enough messages."""
    seen = set()
    async for conversation in conversations(session):
        before = ""
        async for message in timeline(session, conversation["id"]):
            assert message["id"] not in seen, "a message came twice"
            assert message["at"] >= before, "a timeline is in time order"
            seen.add(message["id"])
            before = message["at"]
        if len(seen) >= wanted:
            break
    return len(seen)


async def read_hits(session, wanted):
    """Reads hits of one search, newest first, until there are enough."""
    after, seen, before, total = None, set(), "9999", None
    while len(seen) < wanted:
        page = (await session.execute(SEARCH, variable_values={"after": after}))["search"]
        assert page["syntaxError"] is None
        assert total in (None, page["totalCount"]), "the count changed from page to page"
        total = page["totalCount"]
        for edge in page["edges"]:
            assert edge["node"]["id"] not in seen, "a hit came twice"
            assert edge["node"]["at"] <= before, "hits are newest first"
            seen.add(edge["node"]["id"])
            before = edge["node"]["at"]
        if not page["pageInfo"]["hasNextPage"]:
            assert len(seen) == total, f"{len(seen)} hits read of {total}"
            break
        after = page["pageInfo"]["endCursor"]
    return len(seen)


async def refused_without_token(address):
    """Nobody reads without a token."""
    async with Client(transport=AIOHTTPTransport(url=address)) as session:
        try:
            await session.execute(CONVERSATIONS)
        except TransportQueryError as error:
            assert error.errors[0]["extensions"]["code"] == "UNAUTHENTICATED", error.errors
            return
    raise AssertionError("messages were read without a token")


async def main():
    """All checks."""
    site, token = os.environ["URL"].rstrip("/"), os.environ["TOKEN"]
    wanted = int(os.environ.get("MESSAGES", "1000"))
    address = f"{site}/graphql"
    transport = AIOHTTPTransport(url=address, headers={"authorization": f"Bearer {token}"})
    async with Client(transport=transport, fetch_schema_from_transport=True) as session:
        messages = await read_timelines(session, wanted)
        hits = await read_hits(session, min(wanted, 500))
    await refused_without_token(address)
    print(f"gql: {messages} messages read by cursor, {hits} hits")
    return 0 if messages >= wanted else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
