WITH "t8" AS (
  SELECT
    "t3"."layer",
    "t3"."object",
    "t3"."account",
    "t3"."post",
    "t3"."time",
    "t4"."window",
    CAST(FLOOR((
      "t3"."time"
    ) / (
      "t4"."window"
    )) AS BIGINT) AS "bucket"
  FROM "action" AS "t3"
  CROSS JOIN "rule" AS "t4"
)
SELECT
  "t19"."layer",
  "t19"."object",
  "t19"."account_a",
  "t19"."account_b",
  "t19"."post_a",
  "t19"."post_b",
  "t19"."time_a",
  "t19"."time_b"
FROM (
  SELECT
    "t18"."layer",
    "t18"."object",
    "t18"."account_a",
    "t18"."account_b",
    "t18"."post_a",
    "t18"."post_b",
    "t18"."time_a",
    "t18"."time_b",
    ROW_NUMBER() OVER (
      PARTITION BY "t18"."object", "t18"."account_a", "t18"."account_b"
      ORDER BY ABS("t18"."time_a" - "t18"."time_b") ASC, LEAST("t18"."time_a", "t18"."time_b") ASC, LEAST("t18"."post_a", "t18"."post_b") ASC, GREATEST("t18"."post_a", "t18"."post_b") ASC
      ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING
    ) - 1 AS "place"
  FROM (
    SELECT
      *
    FROM (
      SELECT
        "t14"."layer",
        "t14"."object",
        "t14"."account" AS "account_a",
        "t10"."account" AS "account_b",
        "t14"."post" AS "post_a",
        "t10"."post" AS "post_b",
        "t14"."time" AS "time_a",
        "t10"."time" AS "time_b"
      FROM (
        SELECT
          "t11"."layer",
          "t11"."object",
          "t11"."account",
          "t11"."post",
          "t11"."time",
          "t11"."window",
          "t11"."bucket",
          "t7"."account_b" AS "partner"
        FROM (
          SELECT
            *
          FROM "known" AS "t0"
          UNION ALL
          SELECT
            *
          FROM (
            SELECT
              "t0"."account_b" AS "account_a",
              "t0"."account_a" AS "account_b"
            FROM "known" AS "t0"
          ) AS "t5"
        ) AS "t7"
        INNER JOIN "t8" AS "t11"
          ON "t7"."account_a" = "t11"."account"
      ) AS "t14"
      INNER JOIN "t8" AS "t10"
        ON "t14"."object" = "t10"."object"
        AND "t14"."partner" = "t10"."account"
        AND "t14"."bucket" = "t10"."bucket"
        AND "t14"."account" < "t10"."account"
    ) AS "t15"
    UNION ALL
    SELECT
      *
    FROM (
      SELECT
        "t16"."layer",
        "t16"."object",
        CASE
          WHEN "t16"."account_a" > "t16"."account_b"
          THEN "t16"."account_b"
          ELSE "t16"."account_a"
        END AS "account_a",
        CASE
          WHEN "t16"."account_a" > "t16"."account_b"
          THEN "t16"."account_a"
          ELSE "t16"."account_b"
        END AS "account_b",
        CASE
          WHEN "t16"."account_a" > "t16"."account_b"
          THEN "t16"."post_b"
          ELSE "t16"."post_a"
        END AS "post_a",
        CASE
          WHEN "t16"."account_a" > "t16"."account_b"
          THEN "t16"."post_a"
          ELSE "t16"."post_b"
        END AS "post_b",
        CASE
          WHEN "t16"."account_a" > "t16"."account_b"
          THEN "t16"."time_b"
          ELSE "t16"."time_a"
        END AS "time_a",
        CASE
          WHEN "t16"."account_a" > "t16"."account_b"
          THEN "t16"."time_a"
          ELSE "t16"."time_b"
        END AS "time_b"
      FROM (
        SELECT
          "t14"."layer",
          "t14"."object",
          "t14"."account" AS "account_a",
          "t10"."account" AS "account_b",
          "t14"."post" AS "post_a",
          "t10"."post" AS "post_b",
          "t14"."time" AS "time_a",
          "t10"."time" AS "time_b"
        FROM (
          SELECT
            "t11"."layer",
            "t11"."object",
            "t11"."account",
            "t11"."post",
            "t11"."time",
            "t11"."window",
            "t11"."bucket",
            "t7"."account_b" AS "partner"
          FROM (
            SELECT
              *
            FROM "known" AS "t0"
            UNION ALL
            SELECT
              *
            FROM (
              SELECT
                "t0"."account_b" AS "account_a",
                "t0"."account_a" AS "account_b"
              FROM "known" AS "t0"
            ) AS "t5"
          ) AS "t7"
          INNER JOIN "t8" AS "t11"
            ON "t7"."account_a" = "t11"."account"
        ) AS "t14"
        INNER JOIN "t8" AS "t10"
          ON "t14"."object" = "t10"."object"
          AND "t14"."partner" = "t10"."account"
          AND (
            "t14"."bucket" + 1
          ) = "t10"."bucket"
          AND "t14"."account" <> "t10"."account"
          AND (
            "t10"."time" - "t14"."time"
          ) <= "t14"."window"
      ) AS "t16"
    ) AS "t17"
  ) AS "t18"
) AS "t19"
WHERE
  "t19"."place" = 0
