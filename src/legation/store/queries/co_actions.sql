WITH "t4" AS (
  SELECT
    "t2"."layer",
    "t2"."object",
    "t2"."account",
    "t2"."post",
    "t2"."time",
    "t3"."window",
    CAST(FLOOR((
      "t2"."time"
    ) / (
      "t3"."window"
    )) AS BIGINT) AS "bucket"
  FROM "action" AS "t2"
  CROSS JOIN "rule" AS "t3"
)
SELECT
  "t13"."layer",
  "t13"."object",
  "t13"."account_a",
  "t13"."account_b",
  "t13"."post_a",
  "t13"."post_b",
  "t13"."time_a",
  "t13"."time_b"
FROM (
  SELECT
    "t12"."layer",
    "t12"."object",
    "t12"."account_a",
    "t12"."account_b",
    "t12"."post_a",
    "t12"."post_b",
    "t12"."time_a",
    "t12"."time_b",
    ROW_NUMBER() OVER (
      PARTITION BY "t12"."object", "t12"."account_a", "t12"."account_b"
      ORDER BY ABS("t12"."time_a" - "t12"."time_b") ASC, LEAST("t12"."time_a", "t12"."time_b") ASC, LEAST("t12"."post_a", "t12"."post_b") ASC, GREATEST("t12"."post_a", "t12"."post_b") ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "place"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t8"."layer",
        "t8"."object",
        "t8"."account" AS "account_a",
        "t7"."account" AS "account_b",
        "t8"."post" AS "post_a",
        "t7"."post" AS "post_b",
        "t8"."time" AS "time_a",
        "t7"."time" AS "time_b"
      FROM "t4" AS "t8"
      INNER JOIN "t4" AS "t7"
        ON "t8"."object" = "t7"."object"
        AND "t8"."bucket" = "t7"."bucket"
        AND "t8"."account" < "t7"."account"
    ) AS "t9"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t10"."layer",
        "t10"."object",
        CASE
          WHEN "t10"."account_a" > "t10"."account_b"
          THEN "t10"."account_b"
          ELSE "t10"."account_a"
        END AS "account_a",
        CASE
          WHEN "t10"."account_a" > "t10"."account_b"
          THEN "t10"."account_a"
          ELSE "t10"."account_b"
        END AS "account_b",
        CASE
          WHEN "t10"."account_a" > "t10"."account_b"
          THEN "t10"."post_b"
          ELSE "t10"."post_a"
        END AS "post_a",
        CASE
          WHEN "t10"."account_a" > "t10"."account_b"
          THEN "t10"."post_a"
          ELSE "t10"."post_b"
        END AS "post_b",
        CASE
          WHEN "t10"."account_a" > "t10"."account_b"
          THEN "t10"."time_b"
          ELSE "t10"."time_a"
        END AS "time_a",
        CASE
          WHEN "t10"."account_a" > "t10"."account_b"
          THEN "t10"."time_a"
          ELSE "t10"."time_b"
        END AS "time_b"
      FROM (
        SELECT
          "t8"."layer",
          "t8"."object",
          "t8"."account" AS "account_a",
          "t7"."account" AS "account_b",
          "t8"."post" AS "post_a",
          "t7"."post" AS "post_b",
          "t8"."time" AS "time_a",
          "t7"."time" AS "time_b"
        FROM "t4" AS "t8"
        INNER JOIN "t4" AS "t7"
          ON "t8"."object" = "t7"."object"
          AND (
            "t8"."bucket" + 1
          ) = "t7"."bucket"
          AND "t8"."account" <> "t7"."account"
          AND (
            "t7"."time" - "t8"."time"
          ) <= "t8"."window"
      ) AS "t10"
    ) AS "t11"
  ) AS "t12"
) AS "t13"
WHERE
  "t13"."place" = 0
