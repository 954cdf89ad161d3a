-- Asks for a mix of routes and counts what came back: by status, and refusals that do not say when to come again.
local paths = {
  "/financial_data/data", "/financial_data/data?symbol=IBM&start=2013-01-01",
  "/financial_data/data?symbol=AAPL&format=csv", "/back_test/runs", "/ai_prediction/model",
  "/back_test?symbol=MSFT&winbuy=50&winsell=200&include=trades", "/ai_prediction?symbol=IBM", "/reports",
  "/nothing/here", "/readyz",
}
local turn = 0
counts, unsaid = "", 0
local seen = {}

function request()
  turn = turn + 1
  return wrk.format("GET", paths[turn % #paths + 1])
end

function response(status, headers)
  seen[status] = (seen[status] or 0) + 1
  if (status == 503 or status == 429) and not (headers["Retry-After"] or headers["retry-after"]) then
    unsaid = unsaid + 1
  end
  counts = ""
  for code, count in pairs(seen) do counts = counts .. code .. "=" .. count .. " " end
end

local threads = {}
function setup(thread) table.insert(threads, thread) end

function done()
  for _, thread in ipairs(threads) do
    print("STATUSES " .. thread:get("counts"))
    print("UNSAID " .. thread:get("unsaid"))
  end
end
