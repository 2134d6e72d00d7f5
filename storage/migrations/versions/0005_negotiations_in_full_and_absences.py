"""Negotiations in full: offers, questions, joiners, clocks, actions of a decision; and absences."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what the states of requests and conflicts need, and who is away."""
    op.create_table('absences',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('starts_on', sa.Date(), nullable=False),
    sa.Column('ends_on', sa.Date(), nullable=False),
    sa.Column('deputy_id', sa.Text(), nullable=True),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'deputy_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_absences_workspace_id_deputy_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'member_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_absences_workspace_id_member_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_absences'))
    )
    with op.batch_alter_table('absences', schema=None) as batch_op:
        batch_op.create_index('ix_absences_deputy_id', ['workspace_id', 'deputy_id', 'ends_on'], unique=False)
        batch_op.create_index('ix_absences_member_id', ['workspace_id', 'member_id', 'ends_on'], unique=False)

    op.create_table('questions',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('object_id', sa.BigInteger(), nullable=False),
    sa.Column('asked_by_id', sa.Text(), nullable=False),
    sa.Column('asked_of_id', sa.Text(), nullable=True),
    sa.Column('question', sa.Text(), nullable=False),
    sa.Column('asked_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('answered_by_id', sa.Text(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('answered_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'answered_by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_questions_workspace_id_answered_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'asked_by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_questions_workspace_id_asked_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'asked_of_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_questions_workspace_id_asked_of_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_questions'))
    )
    with op.batch_alter_table('questions', schema=None) as batch_op:
        batch_op.create_index('ix_questions_object', ['workspace_id', 'subject', 'object_id', 'asked_at'], unique=False)

    op.create_table('request_joiners',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('request_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'member_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_request_joiners_workspace_id_member_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'request_id'], ['requests.workspace_id', 'requests.id'], name=op.f('fk_request_joiners_workspace_id_request_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'request_id', 'member_id', name=op.f('pk_request_joiners'))
    )
    with op.batch_alter_table('request_joiners', schema=None) as batch_op:
        batch_op.create_index('ix_request_joiners_member_id', ['workspace_id', 'member_id'], unique=False)

    op.create_table('request_offers',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('request_id', sa.BigInteger(), nullable=False),
    sa.Column('author_id', sa.Text(), nullable=False),
    sa.Column('by_requester', sa.Boolean(), nullable=False),
    sa.Column('offered_on', sa.Date(), nullable=True),
    sa.Column('person_id', sa.Text(), nullable=True),
    sa.Column('scope', sa.Text(), nullable=True),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'author_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_request_offers_workspace_id_author_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'person_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_request_offers_workspace_id_person_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'request_id'], ['requests.workspace_id', 'requests.id'], name=op.f('fk_request_offers_workspace_id_request_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_request_offers'))
    )
    with op.batch_alter_table('request_offers', schema=None) as batch_op:
        batch_op.create_index('ix_request_offers_request_id_at', ['workspace_id', 'request_id', 'at'], unique=False)

    op.create_table('decision_actions',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('escalation_id', sa.BigInteger(), nullable=False),
    sa.Column('position', sa.BigInteger(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('owner_id', sa.Text(), nullable=False),
    sa.Column('due_on', sa.Date(), nullable=False),
    sa.Column('done_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('done_by_id', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'done_by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_decision_actions_workspace_id_done_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'escalation_id'], ['escalations.workspace_id', 'escalations.id'], name=op.f('fk_decision_actions_workspace_id_escalation_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'owner_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_decision_actions_workspace_id_owner_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_decision_actions'))
    )
    with op.batch_alter_table('decision_actions', schema=None) as batch_op:
        batch_op.create_index('ix_decision_actions_owner_id', ['workspace_id', 'owner_id', 'done_at'], unique=False)
        batch_op.create_index('uq_decision_actions_position', ['workspace_id', 'escalation_id', 'position'], unique=True)

    op.create_table('escalation_joiners',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('escalation_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('words', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'escalation_id'], ['escalations.workspace_id', 'escalations.id'], name=op.f('fk_escalation_joiners_workspace_id_escalation_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'member_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_escalation_joiners_workspace_id_member_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'escalation_id', 'member_id', name=op.f('pk_escalation_joiners'))
    )
    with op.batch_alter_table('escalation_joiners', schema=None) as batch_op:
        batch_op.create_index('ix_escalation_joiners_member_id', ['workspace_id', 'member_id'], unique=False)

    with op.batch_alter_table('decisions', schema=None) as batch_op:
        batch_op.add_column(sa.Column('valid_until', sa.Date(), nullable=True))

    with op.batch_alter_table('escalation_recipients', schema=None) as batch_op:
        batch_op.add_column(sa.Column('in_stead_of_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('since', UTCDateTime(timezone=True), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_escalation_recipients_workspace_id_in_stead_of_id'), 'members', ['workspace_id', 'in_stead_of_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('escalations', schema=None) as batch_op:
        batch_op.add_column(sa.Column('next_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('next_step', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('handing_to_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('handed_by_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('returned_by_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('guidance', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('closed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_escalations_party_a_id_state', ['workspace_id', 'party_a_id', 'state'], unique=False)
        batch_op.create_index('ix_escalations_party_b_id_state', ['workspace_id', 'party_b_id', 'state'], unique=False)
        batch_op.create_index('ix_escalations_raiser_id_state', ['workspace_id', 'raiser_id', 'state'], unique=False)
        batch_op.create_index('ix_escalations_state_next_at', ['workspace_id', 'state', 'next_at'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_escalations_workspace_id_returned_by_id'), 'members', ['workspace_id', 'returned_by_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_escalations_workspace_id_handed_by_id'), 'members', ['workspace_id', 'handed_by_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_escalations_workspace_id_handing_to_id'), 'members', ['workspace_id', 'handing_to_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('requests', schema=None) as batch_op:
        batch_op.add_column(sa.Column('due_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('clock_from', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('clock_spent', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('clock_step', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('passing_to_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('passed_by_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('passed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('moves', sa.BigInteger(), server_default='0', nullable=False))
        batch_op.add_column(sa.Column('delivered_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('delivered_by_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('closed_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.create_index('ix_requests_assignee_id_state', ['workspace_id', 'assignee_id', 'state'], unique=False)
        batch_op.create_index('ix_requests_passing_to_id', ['workspace_id', 'passing_to_id'], unique=False)
        batch_op.create_index('ix_requests_requester_id_state', ['workspace_id', 'requester_id', 'state'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_requests_workspace_id_passed_by_id'), 'members', ['workspace_id', 'passed_by_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_requests_workspace_id_passing_to_id'), 'departments', ['workspace_id', 'passing_to_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_requests_workspace_id_delivered_by_id'), 'members', ['workspace_id', 'delivered_by_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
    # What was under way has no clock yet: a timer for each winds it, the oldest first, each in its own transaction.
    # Ids of all tables are random, so that of the object is free here, too.
    op.execute(_WIND.format(subject='request', table='requests', step='request.begin', states="'open', 'accepted'"))
    op.execute(
        _WIND.format(
            subject='escalation', table='escalations', step='escalation.clock', states="'raised', 'acknowledged'"
        )
    )
    op.execute("UPDATE requests SET closed_at = answered_at WHERE state = 'declined'")
    # What was told by topics of their own is one kind of news now.
    op.execute("UPDATE outbox SET topic = 'request.news' WHERE topic IN ('request.accepted', 'request.declined')")


_WIND = """
    INSERT INTO timers (workspace_id, id, subject, object_id, step, occurrence, due_at, state, try_at, attempts)
    SELECT workspace_id, id, '{subject}', id, '{step}', 'first', created_at, 'pending', created_at, 0
    FROM {table} WHERE state IN ({states})
"""
