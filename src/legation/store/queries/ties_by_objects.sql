WITH "t4" AS (
  SELECT
    "t3"."layer",
    "t3"."object",
    "t3"."account",
    "t3"."post",
    "t3"."time",
    "t2"."window",
    CAST(FLOOR((
      "t3"."time"
    ) / (
      "t2"."window"
    )) AS BIGINT) AS "bucket"
  FROM "action" AS "t3"
  CROSS JOIN "rule" AS "t2"
)
SELECT
  "t16"."account_a",
  "t16"."account_b",
  "t16"."weight"
FROM (
  SELECT
    "t15"."account_a",
    "t15"."account_b",
    "t15"."weight",
    "t2"."window",
    "t2"."least"
  FROM (
    SELECT
      "t13"."account_a",
      "t13"."account_b",
      COUNT(*) AS "weight"
    FROM (
      SELECT DISTINCT
        "t12"."account_a",
        "t12"."account_b",
        "t12"."object"
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
    GROUP BY
      1,
      2
  ) AS "t15"
  CROSS JOIN "rule" AS "t2"
) AS "t16"
WHERE
  "t16"."weight" >= "t16"."least"
