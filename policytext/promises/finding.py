"""The promises of a clause: its sentences one after the other, amount by amount."""

from __future__ import annotations

import re
from dataclasses import replace

from policytext.promises.amounts import Row
from policytext.promises.conditions import described, notes
from policytext.promises.drafts import Draft, Found
from policytext.promises.plain import plain
from policytext.promises.sentences import Sentence, sentences
from policytext.promises.wording import Wordings, wordings
from policytext.schema import Promise


def find_promises(text: str, opening: str = "") -> list[Promise]:
    """The promises in the text of one clause, in order; most clauses hold none. Offsets are into ``text``.

    ``opening``: the clause that opens the list in which this one stands (按以下标准给予奖励：), empty where there is none.
    """
    words = wordings()
    flat = plain(text, words)
    lead = words.lead.search(plain(opening, words).text)
    reader = _Reader(words)
    for sentence in sentences(flat.text, lead[0] if lead else "", words):
        reader.read(sentence)
    found: list[Promise] = []
    of_all = notes(flat.text, words) if reader.drafts else ()
    for draft in reader.drafts:
        promise = replace(described(draft, flat, text, words), notes=of_all)
        if promise.who == "other" and found:
            promise = replace(promise, who=found[-1].who)
        found.append(promise)
    return found


class _Reader:
    """Puts the amounts of a clause together, sentence by sentence."""

    def __init__(self, words: Wordings) -> None:
        self.words = words
        self.drafts: list[Draft] = []
        self._divided: Draft | None = None
        self._total: Row | None = None
        self._asked: list[Found] = []  # conditions of a sentence that gives nothing yet
        self._waiting = False  # for the conditions of the last promise

    def read(self, sentence: Sentence) -> None:
        """Take one sentence in."""
        if not sentence.continues:
            self._divided, self._total = None, None
        if self.drafts and self._only_ceilings(sentence) and self._limit_earlier(sentence):
            return
        if self._waiting and sentence.continues and all(one.role == "threshold" for one in sentence.telling):
            self.drafts[-1].require(sentence.telling)
            return
        self._waiting = False
        if not sentence.gives:
            return
        drafts = self._drafts(sentence)
        if self.words.divides.search(sentence.begins()) and self.drafts and self.drafts[-1].undivided:
            self._divided = self.drafts[-1]
        if self._divided and all(draft.only_caps for draft in drafts):
            if self._divided in self.drafts:
                self.drafts.remove(self._divided)
            for draft in drafts:
                draft.divide(self._divided.steps[0])
        if self._total:
            for draft in drafts:
                draft.cap_total = draft.cap_total or self._total.amounts[0]
        self.drafts += drafts
        if not drafts:
            self._asked = [one for one in sentence.telling if one.role == "threshold"]
        elif not self._carried(sentence):
            self._asked = []
        self._waiting = bool(drafts and self.words.conditions_follow.search(sentence.text))

    def _only_ceilings(self, sentence: Sentence) -> bool:
        """Does the sentence say nothing but what the payments before it may come to?"""
        if any(one.role != "cap" or one.row.kind != "money" for one in sentence.telling):
            return False
        before = sentence.begins()
        # The next of a list of ceilings: 杂技项目不超过300万元.
        if sentence.continues and self.drafts[-1].only_caps and self.words.another.search(before):
            return False
        return bool(self.words.ceiling.search(before)) and not self.words.own.search(before)

    def _limit_earlier(self, sentence: Sentence) -> bool:
        """A ceiling in a sentence of its own limits the promises before it, back to one that has its ceiling; False where it does not."""
        fits = False
        for found in sentence.telling:
            gap = sentence.gap(sentence.found.index(found))
            labelled = fits and bool(self.words.labelled_ceiling.search(gap)) and not self.words.wider.search(gap)
            for place, draft in enumerate(reversed(self.drafts)):
                if place and draft.limited:
                    break
                fits = draft.limit(found, labelled) or fits
        return fits

    def _drafts(self, sentence: Sentence) -> list[Draft]:
        """The promises that the sentence makes by itself."""
        words = self.words
        drafts: list[Draft] = []
        draft = Draft(sentence.start, sentence.start, sentence.end, conditions=self._carried(sentence))
        for place, found in enumerate(sentence.found):
            if found.role == "none":
                continue
            gap = sentence.gap(place)
            if found.role == "terms":
                drafts.append(Draft(sentence.start, sentence.start, sentence.end, terms=True))
                drafts[-1].give(found)
                continue
            if found.role in ("threshold", "each"):
                if draft.steps:
                    draft = Draft(draft.end, draft.end, sentence.end)
                draft.ask(found, anew=bool(words.begins.search(gap)))
                continue
            if found.role == "cap" and draft.steps and self._limits(draft, found, sentence, gap):
                continue
            if (
                found.role == "cap"
                and not draft.steps
                and words.wider.search(gap)
                and words.total_of_list.search(sentence.masked[found.row.end :])
            ):
                self._total = found.row
                continue
            if draft.divided_by(found, bool(words.part.search(gap))):
                draft.replace_last()
            elif draft.steps and words.new_condition.search(gap):
                draft = Draft(draft.end, draft.end, sentence.end)
            if not any(one is draft for one in drafts):
                drafts.append(draft)
            draft.give(found)
        return drafts

    def _carried(self, sentence: Sentence) -> list[Found]:
        """The conditions of a sentence before that gave nothing yet, where this one goes on from it (其中…)."""
        goes_on = sentence.continues or self.words.divides.search(sentence.begins())
        return list(self._asked) if goes_on else []

    def _limits(self, draft: Draft, found: Found, sentence: Sentence, gap: str) -> bool:
        """Is the ceiling one of what the draft gives already? Then it is taken in."""
        words = self.words
        given = bool(words.given.search(re.split("[,、]", gap)[-1]))
        if draft.ungiven and given and gap.count(",") == 1 and not words.given.search(sentence.masked[draft.start : draft.given]):
            return draft.limit(found)
        labelled = bool(words.labelled_ceiling.search(gap))
        if words.further.search(gap) or (given and draft.capped and not (labelled and draft.limited)):
            return False
        holder = words.holder_ceiling.search(gap)
        if words.new_condition.search(gap) and not (holder and not given):
            return False
        if found.row.kind == "percent":
            # Of a fixed sum it says nothing new: 给予20万元补贴,且不超过合同金额的30%.
            return draft.share(found.row) or (draft.fixed and not words.own.search(gap))
        if words.part.search(gap) and draft.limited:
            return True
        return draft.limit(found, labelled=labelled and not holder) or bool(words.part.search(gap))
