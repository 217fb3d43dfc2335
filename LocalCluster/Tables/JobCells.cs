using System.Text.Json.Nodes;
using LocalCluster.Json;

namespace LocalCluster.Tables;

/// <summary>Reads the cells of Jobs.</summary>
internal static class JobCells
{
    public static string Status(JsonObject job) =>
        Has(job, "Complete") ? "Complete"
        : Has(job, "Failed") ? "Failed"
        : job.Metadata()["deletionTimestamp"] is not null ? "Terminating"
        : Has(job, "Suspended") ? "Suspended"
        : Has(job, "FailureTarget") ? "FailureTarget"
        : Has(job, "SuccessCriteriaMet") ? "SuccessCriteriaMet"
        : "Running";

    public static string Completions(JsonObject job)
    {
        var done = Cells.Status(job, "succeeded");
        return Cells.Spec(job, "completions") is { } wanted ? $"{done}/{wanted}"
            : Cells.Spec(job, "parallelism") is > 1 and var parallel ? $"{done}/1 of {parallel}"
            : $"{done}/1";
    }

    public static string Duration(JsonObject job, DateTimeOffset now)
    {
        var status = job.Object("status");
        return status.Text("startTime") is not { } start
            ? ""
            : TableWriter.Age(start, status?["completionTime"].Time() ?? now);
    }

    private static bool Has(JsonObject job, string type) =>
        (job.Object("status").Array("conditions") ?? [])
            .OfType<JsonObject>()
            .Any(c => c.Text("type") == type && c.Text("status") == "True");
}
