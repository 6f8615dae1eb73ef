import type { Answer, Body } from "@/shared/api/shapes";

export type Borrower = Answer<"/api/parties/{party_id}/overview">;
export type Contract = Borrower["contracts"][number];
export type Note = Contract["notes"][number];
export type Month = Note["months"][number];
export type Guarantee = Contract["guarantees"][number];
export type Collateral = Contract["collaterals"][number];
export type Contact = Borrower["contacts"][number];
export type TimelineItem = Borrower["timeline"][number];
export type PartyBrief = Contract["parties"][number]["party"];
export type Allocation = Note["allocations"][number];
export type Explanation = Answer<"/api/notes/{note_id}/explanation">;
export type RevealInput = Body<"/api/parties/{party_id}/reveal">;
export type Revealed = Answer<"/api/parties/{party_id}/reveal", "post">;
export type RevealPart = NonNullable<RevealInput["parts"]>[number];
export type Feed = Borrower["feeds"][number]["feed"];
