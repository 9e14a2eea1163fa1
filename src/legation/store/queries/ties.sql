SELECT
  "t6"."account_a",
  "t6"."account_b",
  "t6"."weight"
FROM (
  SELECT
    "t5"."account_a",
    "t5"."account_b",
    "t5"."weight",
    "t2"."window",
    "t2"."least"
  FROM (
    SELECT
      "t3"."account_a",
      "t3"."account_b",
      COUNT(*) AS "weight"
    FROM (
      SELECT DISTINCT
        "t1"."account_a",
        "t1"."account_b",
        "t1"."post_a",
        "t1"."post_b"
      FROM "co_action" AS "t1"
    ) AS "t3"
    GROUP BY
      1,
      2
  ) AS "t5"
  CROSS JOIN "rule" AS "t2"
) AS "t6"
WHERE
  "t6"."weight" >= "t6"."least"
