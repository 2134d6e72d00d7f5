"""What is known about an account."""

import sqlalchemy as sa
from alembic import op

from storage.tables import UTCDateTime

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is known of contacts and accounts, what is to be done for them, and duplicates."""
    op.create_table('merges',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('from_id', sa.BigInteger(), nullable=False),
    sa.Column('into_id', sa.BigInteger(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('counts', sa.JSON(), nullable=False),
    sa.Column('undone_by_id', sa.Text(), nullable=True),
    sa.Column('undone_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_merges_workspace_id_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'undone_by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_merges_workspace_id_undone_by_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_merges'))
    )
    with op.batch_alter_table('merges', schema=None) as batch_op:
        batch_op.create_index('ix_merges_from_id', ['workspace_id', 'subject', 'from_id'], unique=False)
        batch_op.create_index('ix_merges_into_id', ['workspace_id', 'subject', 'into_id'], unique=False)

    op.create_table('twins',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('subject', sa.Text(), nullable=False),
    sa.Column('first_id', sa.BigInteger(), nullable=False),
    sa.Column('second_id', sa.BigInteger(), nullable=False),
    sa.Column('found_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('dismissed_by_id', sa.Text(), nullable=True),
    sa.Column('dismissed_at', UTCDateTime(timezone=True), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'dismissed_by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_twins_workspace_id_dismissed_by_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_twins'))
    )
    with op.batch_alter_table('twins', schema=None) as batch_op:
        batch_op.create_index('ix_twins_second_id', ['workspace_id', 'subject', 'second_id'], unique=False)
        batch_op.create_index('uq_twins_pair', ['workspace_id', 'subject', 'first_id', 'second_id'], unique=True)

    op.create_table('merged_values',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('merge_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('position', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('table', sa.Text(), nullable=False),
    sa.Column('deed', sa.Text(), nullable=False),
    sa.Column('key', sa.JSON(), nullable=False),
    sa.Column('before', sa.JSON(), nullable=False),
    sa.Column('after', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'merge_id'], ['merges.workspace_id', 'merges.id'], name=op.f('fk_merged_values_workspace_id_merge_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'merge_id', 'position', name=op.f('pk_merged_values'))
    )
    op.create_table('assessments',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('measure', sa.Text(), nullable=False),
    sa.Column('value', sa.BigInteger(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'account_id'], ['accounts.workspace_id', 'accounts.id'], name=op.f('fk_assessments_workspace_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_assessments_workspace_id_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_assessments_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_assessments'))
    )
    with op.batch_alter_table('assessments', schema=None) as batch_op:
        batch_op.create_index('ix_assessments_account_id', ['workspace_id', 'account_id', 'at'], unique=False)
        batch_op.create_index('ix_assessments_contact_id', ['workspace_id', 'contact_id', 'at'], unique=False)

    op.create_table('contact_influences',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('on_contact_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('by_id', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_contact_influences_workspace_id_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_contact_influences_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'on_contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_contact_influences_workspace_id_on_contact_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'contact_id', 'on_contact_id', name=op.f('pk_contact_influences'))
    )
    with op.batch_alter_table('contact_influences', schema=None) as batch_op:
        batch_op.create_index('ix_contact_influences_on_contact_id', ['workspace_id', 'on_contact_id', 'contact_id'], unique=False)

    op.create_table('contact_positions',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('title', sa.Text(), nullable=True),
    sa.Column('level', sa.BigInteger(), nullable=True),
    sa.Column('from_on', sa.Date(), nullable=True),
    sa.Column('until_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'account_id'], ['accounts.workspace_id', 'accounts.id'], name=op.f('fk_contact_positions_workspace_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_contact_positions_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_contact_positions'))
    )
    with op.batch_alter_table('contact_positions', schema=None) as batch_op:
        batch_op.create_index('ix_contact_positions_account_id', ['workspace_id', 'account_id'], unique=False)
        batch_op.create_index('ix_contact_positions_contact_id', ['workspace_id', 'contact_id'], unique=False)

    op.create_table('contact_strengths',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('strength', sa.BigInteger(), nullable=True),
    sa.Column('desired', sa.BigInteger(), nullable=True),
    sa.Column('by_id', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'account_id'], ['accounts.workspace_id', 'accounts.id'], name=op.f('fk_contact_strengths_workspace_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_contact_strengths_workspace_id_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_contact_strengths_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'member_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_contact_strengths_workspace_id_member_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'contact_id', 'account_id', 'member_id', name=op.f('pk_contact_strengths'))
    )
    with op.batch_alter_table('contact_strengths', schema=None) as batch_op:
        batch_op.create_index('ix_contact_strengths_account_id', ['workspace_id', 'account_id'], unique=False)
        batch_op.create_index('ix_contact_strengths_member_id', ['workspace_id', 'member_id'], unique=False)

    op.create_table('demands',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('source', sa.Text(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Text(), nullable=False),
    sa.Column('visibility', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('state', sa.Text(), nullable=False),
    sa.Column('later_on', sa.Date(), nullable=True),
    sa.Column('owner_id', sa.Text(), nullable=True),
    sa.Column('reason', sa.Text(), nullable=True),
    sa.Column('answer', sa.Text(), nullable=True),
    sa.Column('follow_up_on', sa.Date(), nullable=True),
    sa.Column('followed_up_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('decided_by_id', sa.Text(), nullable=True),
    sa.Column('decided_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'account_id'], ['accounts.workspace_id', 'accounts.id'], name=op.f('fk_demands_workspace_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'author_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_demands_workspace_id_author_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_demands_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'decided_by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_demands_workspace_id_decided_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'owner_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_demands_workspace_id_owner_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_demands'))
    )
    with op.batch_alter_table('demands', schema=None) as batch_op:
        batch_op.create_index('ix_demands_account_id_state', ['workspace_id', 'account_id', 'state'], unique=False)
        batch_op.create_index('ix_demands_author_id', ['workspace_id', 'author_id'], unique=False)
        batch_op.create_index('ix_demands_contact_id', ['workspace_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_demands_owner_id', ['workspace_id', 'owner_id', 'state'], unique=False)

    op.create_table('favours',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=True),
    sa.Column('interaction_id', sa.BigInteger(), nullable=True),
    sa.Column('kind', sa.Text(), nullable=False),
    sa.Column('direction', sa.Text(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('effort', sa.Text(), nullable=True),
    sa.Column('value', sa.BigInteger(), nullable=True),
    sa.Column('on', sa.Date(), nullable=False),
    sa.Column('member_id', sa.Text(), nullable=False),
    sa.Column('author_id', sa.Text(), nullable=False),
    sa.Column('visibility', sa.Text(), nullable=False),
    sa.Column('created_at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('withdrawn_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('version', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id', 'account_id'], ['accounts.workspace_id', 'accounts.id'], name=op.f('fk_favours_workspace_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'author_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_favours_workspace_id_author_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_favours_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'interaction_id'], ['interactions.workspace_id', 'interactions.id'], name=op.f('fk_favours_workspace_id_interaction_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'member_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_favours_workspace_id_member_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_favours'))
    )
    with op.batch_alter_table('favours', schema=None) as batch_op:
        batch_op.create_index('ix_favours_account_id_on', ['workspace_id', 'account_id', 'on'], unique=False)
        batch_op.create_index('ix_favours_contact_id', ['workspace_id', 'contact_id', 'on'], unique=False)
        batch_op.create_index('ix_favours_interaction_id', ['workspace_id', 'interaction_id'], unique=False)

    op.create_table('hypotheses',
    sa.Column('workspace_id', sa.Text(), nullable=False),
    sa.Column('id', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('contact_id', sa.BigInteger(), nullable=False),
    sa.Column('account_id', sa.BigInteger(), nullable=False),
    sa.Column('text', sa.Text(), nullable=False),
    sa.Column('basis', sa.Text(), nullable=False),
    sa.Column('by_id', sa.Text(), nullable=False),
    sa.Column('at', UTCDateTime(timezone=True), nullable=False),
    sa.Column('closed_at', UTCDateTime(timezone=True), nullable=True),
    sa.Column('came_true', sa.Boolean(), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'account_id'], ['accounts.workspace_id', 'accounts.id'], name=op.f('fk_hypotheses_workspace_id_account_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'by_id'], ['members.workspace_id', 'members.id'], name=op.f('fk_hypotheses_workspace_id_by_id'), initially='DEFERRED', deferrable=True),
    sa.ForeignKeyConstraint(['workspace_id', 'contact_id'], ['contacts.workspace_id', 'contacts.id'], name=op.f('fk_hypotheses_workspace_id_contact_id'), initially='DEFERRED', deferrable=True),
    sa.PrimaryKeyConstraint('workspace_id', 'id', name=op.f('pk_hypotheses'))
    )
    with op.batch_alter_table('hypotheses', schema=None) as batch_op:
        batch_op.create_index('ix_hypotheses_account_id', ['workspace_id', 'account_id'], unique=False)
        batch_op.create_index('ix_hypotheses_contact_id', ['workspace_id', 'contact_id'], unique=False)

    with op.batch_alter_table('accounts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('stage', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('desired_stage', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('is_at_risk', sa.Boolean(), server_default=sa.false(), nullable=False))
        batch_op.add_column(sa.Column('stage_reason', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('stage_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('coverage', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('jour_fixe_weeks', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.BigInteger(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_accounts_workspace_id_merged_into_id'), 'accounts', ['workspace_id', 'merged_into_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('contacts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('phone', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('counterpart_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('wished_days', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('left_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('merged_into_id', sa.BigInteger(), nullable=True))
        batch_op.drop_index(batch_op.f('uq_contacts_account_id_name_key'))
        batch_op.create_index('ix_contacts_account_id_name_key', ['workspace_id', 'account_id', 'name_key'], unique=False)
        batch_op.create_index('ix_contacts_counterpart_id', ['workspace_id', 'counterpart_id'], unique=False)
        batch_op.create_index('ix_contacts_reports_to_id', ['workspace_id', 'reports_to_id'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_contacts_workspace_id_counterpart_id'), 'members', ['workspace_id', 'counterpart_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_contacts_workspace_id_merged_into_id'), 'contacts', ['workspace_id', 'merged_into_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('interaction_contacts', schema=None) as batch_op:
        batch_op.add_column(sa.Column('occurred_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.drop_index(batch_op.f('ix_interaction_contacts_contact_id'))
        batch_op.create_index('ix_interaction_contacts_contact_id', ['workspace_id', 'contact_id', 'occurred_at'], unique=False)

    with op.batch_alter_table('interactions', schema=None) as batch_op:
        batch_op.create_index('ix_interactions_category', ['workspace_id', 'account_id', 'category', 'occurred_at'], unique=False, sqlite_where=sa.text('category IS NOT NULL'), postgresql_where=sa.text('category IS NOT NULL'))
        batch_op.create_index('ix_interactions_satisfaction', ['workspace_id', 'account_id', 'occurred_at'], unique=False, sqlite_where=sa.text('satisfaction IS NOT NULL'), postgresql_where=sa.text('satisfaction IS NOT NULL'))

    with op.batch_alter_table('next_steps', schema=None) as batch_op:
        batch_op.add_column(sa.Column('demand_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('first_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('author_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('visibility', sa.Text(), server_default='company', nullable=False))
        batch_op.add_column(sa.Column('state', sa.Text(), server_default='open', nullable=False))
        batch_op.add_column(sa.Column('closed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('created_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('version', sa.BigInteger(), server_default='1', nullable=False))
        batch_op.drop_index(batch_op.f('ix_next_steps_account_id_due_on'))
        batch_op.create_index('ix_next_steps_account_id', ['workspace_id', 'account_id', 'state', 'due_on'], unique=False)
        batch_op.create_index('ix_next_steps_demand_id', ['workspace_id', 'demand_id'], unique=False)
        batch_op.create_index('ix_next_steps_owner_id', ['workspace_id', 'owner_id', 'state', 'due_on'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_next_steps_workspace_id_demand_id'), 'demands', ['workspace_id', 'demand_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_next_steps_workspace_id_author_id'), 'members', ['workspace_id', 'author_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.add_column(sa.Column('contact_id', sa.BigInteger(), nullable=True))
        batch_op.add_column(sa.Column('first_due_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('author_id', sa.Text(), nullable=True))
        batch_op.add_column(sa.Column('visibility', sa.Text(), server_default='company', nullable=False))
        batch_op.add_column(sa.Column('state', sa.Text(), server_default='open', nullable=False))
        batch_op.add_column(sa.Column('closed_on', sa.Date(), nullable=True))
        batch_op.add_column(sa.Column('created_at', UTCDateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column('version', sa.BigInteger(), server_default='1', nullable=False))
        batch_op.drop_index(batch_op.f('ix_promises_account_id_due_on'))
        batch_op.create_index('ix_promises_account_id', ['workspace_id', 'account_id', 'state', 'due_on'], unique=False)
        batch_op.create_index('ix_promises_contact_id', ['workspace_id', 'contact_id'], unique=False)
        batch_op.create_index('ix_promises_owner_id', ['workspace_id', 'owner_id', 'state', 'due_on'], unique=False)
        batch_op.create_foreign_key(batch_op.f('fk_promises_workspace_id_author_id'), 'members', ['workspace_id', 'author_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)
        batch_op.create_foreign_key(batch_op.f('fk_promises_workspace_id_contact_id'), 'contacts', ['workspace_id', 'contact_id'], ['workspace_id', 'id'], initially='DEFERRED', deferrable=True)

    with op.batch_alter_table('workspaces', schema=None) as batch_op:
        batch_op.add_column(sa.Column('url', sa.Text(), nullable=True))
    # When a contact was met stands beside them, so that the last time is the first row of an index.
    op.execute(_MET)
    with op.batch_alter_table('interaction_contacts', schema=None) as batch_op:
        batch_op.alter_column('occurred_at', existing_type=UTCDateTime(timezone=True), nullable=False)
    # Until now nothing was moved, and whoever logged a note wrote down its promise and its step.
    for table in ('promises', 'next_steps'):
        op.execute(_WRITTEN.format(table=table))
    if op.get_bind().dialect.name == 'postgresql':
        # PostgreSQL changes no table whose keys are still to be checked.
        op.execute('SET CONSTRAINTS ALL IMMEDIATE')
    with op.batch_alter_table('promises', schema=None) as batch_op:
        batch_op.alter_column('first_due_on', existing_type=sa.Date(), nullable=False)
    # Whoever was on the list of contacts stands where they stood; since when is not known.
    op.execute(_POSITIONS)
    for subject, table in (('promise', 'promises'), ('next_step', 'next_steps')):
        op.execute(_WATCHED.format(subject=subject, table=table))
    op.execute(_FAVOURS)


_MET = """
    UPDATE interaction_contacts SET occurred_at =
        (SELECT interactions.occurred_at FROM interactions
         WHERE interactions.workspace_id = interaction_contacts.workspace_id
         AND interactions.id = interaction_contacts.interaction_id)
"""
_POSITIONS = """
    INSERT INTO contact_positions (workspace_id, id, contact_id, account_id, title, level)
    SELECT workspace_id, id, id, account_id, title, level FROM contacts
"""
_WRITTEN = """
    UPDATE {table} SET first_due_on = due_on, author_id = COALESCE(
        (SELECT interactions.author_id FROM interactions
         WHERE interactions.workspace_id = {table}.workspace_id AND interactions.id = {table}.interaction_id),
        owner_id)
"""
_WATCHED = """
    INSERT INTO timers (workspace_id, id, subject, object_id, step, occurrence, due_at, state, try_at, attempts)
    SELECT given.workspace_id, given.id, '{subject}', given.id, 'commitment.begin', 'first', logged_at, 'pending',
           logged_at, 0
    FROM {table} AS given JOIN interactions ON interactions.workspace_id = given.workspace_id
         AND interactions.id = given.interaction_id
    WHERE given.due_on IS NOT NULL AND withdrawn_at IS NULL
"""
_FAVOURS = """
    INSERT INTO favours (workspace_id, id, account_id, contact_id, interaction_id, kind, direction, text, "on",
                         member_id, author_id, visibility, created_at, version)
    SELECT workspace_id, id, account_id,
           (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(contact_id) END FROM interaction_contacts
            WHERE interaction_contacts.workspace_id = interactions.workspace_id AND interaction_id = interactions.id),
           id, favour, 'given', '', DATE(occurred_at), author_id, author_id, visibility, logged_at, 1
    FROM interactions WHERE favour IS NOT NULL
"""
