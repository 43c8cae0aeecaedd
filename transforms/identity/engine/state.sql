create table meta (name varchar primary key, value varchar);
create table knowledge (learned_at timestamp, data blob);
create table records (
    record_id varchar, content bigint, source varchar, ext_id varchar, first_name varchar,
    last_name varchar, full_name varchar, email varchar, phone varchar, dob varchar,
    street varchar, city varchar, state varchar, postcode varchar, country varchar,
    company varchar, job_title varchar, updated_at varchar
);
-- One row a distinct content: how many records say it, and what it hangs together with.
create table units (content bigint, component bigint, initial smallint, sure boolean);
create table keys (kind usmallint, value bigint, content bigint);
-- Units that are gone and whose keys are still there: taking few out of many keys costs more than
-- all else of a night. They count for nothing, and hold if the same content comes back.
create table faded (content bigint);
-- What a few units cannot tell of the values they hold: those with more holders than may meet by
-- one, and those identifiers whose holders are not of one name (profiles.py says which level).
create table crowded (kind usmallint, value bigint, held bigint);
create table divided (kind usmallint, value bigint, level utinyint);
create table edges (one bigint, two bigint, odds float);
-- Whose each live record is, and the run that made it so; of a deleted one whose it was.
create table links (record_id varchar, customer_id bigint, changed_in integer);
create table departed (record_id varchar, customer_id bigint, gone_in integer);
-- Numbers rise with birth and are never given twice; a retired one leads on to another, or nowhere.
-- Customers of whom something was decided anew since they were last looked at.
create table unseen (customer_id bigint);
create table customers (customer_id bigint, born_in integer, retired_in integer, leads_to bigint);
create table events (run integer, event varchar, customer_id bigint, other bigint);
-- What is not for evidence to decide: who is one person with the others of their tie, and who are
-- two. A record that is named here is a unit of its own, whether others say the same or not.
create table ties (record_id varchar, tie varchar);
create table nevers (one varchar, two varchar);
create view named as
select record_id from ties union select one from nevers union select two from nevers;
