using System.Text;
using System.Text.Json.Nodes;
using GemmaOperator.Api.Words;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Registry.References;

namespace Operator.Tests.Builds.Contents;

/// <summary>
/// Whatever a candidate writes, the answer is a list within bounds or a reason, and never an exception.
/// </summary>
internal sealed class ContentsLogTests
{
    [Test]
    public void A_list_is_read_between_the_lines_of_others()
    {
        var list = PackedList.List(("zip", "3.0-13"), ("openssl", "3.0.13"), ("zip", "3.0-13"));
        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.Packages.Select(p => p.Text), Is.EqualTo(["openssl 3.0.13 amd64 ", "zip 3.0-13 amd64 "]));
            Assert.That(list.Os.Name, Is.EqualTo("Ubuntu"));
            Assert.That(list.LibtorchBytes, Is.EqualTo(7));
            Assert.That(list.IsWhole);
        }
    }

    [Test]
    public void The_same_packages_in_another_order_are_the_same_list() =>
        Assert.That(
            PackedList.List(("a", "1"), ("b", "2")).Fingerprint,
            Is.EqualTo(PackedList.List(("b", "2"), ("a", "1")).Fingerprint)
                .And.Not.EqualTo(PackedList.List(("a", "2"), ("b", "1")).Fingerprint)
        );

    [TestCase("a\\u0007b", "1", TestName = "A_name_with_a_control_character_is_no_package")]
    [TestCase("a\\ud800", "1", TestName = "A_name_with_half_a_pair_is_no_package")]
    [TestCase("a", "1\\n2", TestName = "A_version_with_a_line_break_is_no_package")]
    [TestCase("", "1", TestName = "A_package_without_a_name_is_none")]
    [TestCase("--option", "1", TestName = "An_option_is_no_package")]
    [TestCase("a\\u202eb", "1", TestName = "A_name_that_turns_the_direction_of_writing_is_no_package")]
    public void What_can_not_be_a_package_is_counted_and_left_out(string name, string version)
    {
        var json = PackedList
            .Json(new JsonArray("@", "@", "amd64"), new JsonArray("good", "1", "amd64"))
            .ToJsonString()
            .Replace("[\"@\",\"@\"", $"[\"{name}\",\"{version}\"", StringComparison.Ordinal);
        var list = ((ContentsReading.Listed)PackedList.Read(json)).List;
        using (Assert.EnterMultipleScope())
        {
            Assert.That(list.Packages.Select(p => p.Name), Is.EqualTo(["good"]));
            Assert.That(list.Unreadable, Is.EqualTo(1));
            Assert.That(list.IsWhole, Is.False, "a list that isn't whole decides nothing");
        }
    }

    [Test]
    public void An_entry_of_another_form_is_counted_too() =>
        Assert.That(
            (
                (ContentsReading.Listed)
                    PackedList.Read(PackedList.Json(new JsonArray("a"), new JsonArray(1, 2, 3)).ToJsonString())
            )
                .List
                .Unreadable,
            Is.EqualTo(2)
        );

    private static readonly TestCaseData[] Documents =
    [
        Case("no JSON", "{", ImageReason.ContentsKnown.ListInvalid),
        Case("a list", "[]", ImageReason.ContentsKnown.ListInvalid),
        Case("another version", Spoiled(j => j["v"] = 2), ImageReason.ContentsKnown.ListInvalid),
        Case("no packages", Spoiled(j => j.Remove("packages")), ImageReason.ContentsKnown.ListInvalid),
        Case("packages of another form", Spoiled(j => j["packages"] = "all"), ImageReason.ContentsKnown.ListInvalid),
        Case("two of a name", """{"v":1,"v":1}""", ImageReason.ContentsKnown.ListInvalid),
        Case("another image", Spoiled(j => j["digest"] = "sha256:other"), ImageReason.ContentsKnown.ListDamaged),
        Case(
            "too many entries",
            Spoiled(j =>
                j["packages"]!["dpkg"] = new JsonArray([
                    .. Enumerable.Range(0, PackageList.MostEntries + 1).Select(_ => (JsonNode)1),
                ])
            ),
            ImageReason.ContentsKnown.ListTooLarge
        ),
    ];

    [TestCaseSource(nameof(Documents))]
    public void A_document_that_is_no_list_has_a_reason(string json, string reason) =>
        Assert.That((PackedList.Read(json) as ContentsReading.Absent)?.Reason, Is.EqualTo(reason));

    [Test]
    public void A_list_of_all_that_may_be_is_read()
    {
        var json = PackedList.Json([
            .. Enumerable.Range(0, PackageList.MostEntries).Select(n => new JsonArray($"p{n}", "1.0", "amd64")),
        ]);
        Assert.That(
            ((ContentsReading.Listed)PackedList.Read(json.ToJsonString())).List.Packages,
            Has.Count.EqualTo(PackageList.MostEntries)
        );
    }

    [Test]
    public void A_log_that_was_cut_or_written_into_is_no_list()
    {
        var (message, log) = PackedList.Pack(Encoding.UTF8.GetBytes(PackedList.Json().ToJsonString()));
        string[] logs =
        [
            log.Replace(ContentsLog.Mark, "", StringComparison.Ordinal),
            log[..^20],
            $"{log}{ContentsLog.Mark}x\n",
            "",
        ];
        Assert.That(
            logs.Select(l => (ContentsLog.Read(message, l, PackedList.Image) as ContentsReading.Absent)?.Reason),
            Is.All.EqualTo(ImageReason.ContentsKnown.ListDamaged)
        );
    }

    [TestCase(null, ImageReason.ContentsKnown.ListMissing)]
    [TestCase("no JSON", ImageReason.ContentsKnown.ListMissing)]
    [TestCase("[]", ImageReason.ContentsKnown.ListMissing)]
    [TestCase("{}", ImageReason.ContentsKnown.ListMissing)]
    [TestCase("""{"contents":{"error":"OSError"}}""", ImageReason.ContentsKnown.ListMissing)]
    [TestCase("""{"contents":{"count":90000}}""", ImageReason.ContentsKnown.ListTooLarge)]
    [TestCase(
        """{"contents":{"count":1,"lines":999999999,"hash":"sha256:x"}}""",
        ImageReason.ContentsKnown.ListDamaged
    )]
    public void A_report_that_vouches_for_no_list_has_a_reason(string? message, string reason) =>
        Assert.That(
            (ContentsLog.Read(message, "a log", PackedList.Image) as ContentsReading.Absent)?.Reason,
            Is.EqualTo(reason)
        );

    [Test]
    public void Without_a_log_there_is_no_list() =>
        Assert.That(
            (
                ContentsLog.Read(PackedList.Anchor("x").Message, null, PackedList.Image) as ContentsReading.Absent
            )?.Reason,
            Is.EqualTo(ImageReason.ContentsKnown.LogUnavailable)
        );

    [TestCase("no base64 at all!")]
    [TestCase("QUJD")]
    public void What_can_not_be_unpacked_is_no_list(string text)
    {
        var (message, log) = PackedList.Anchor(text);
        Assert.That(
            (ContentsLog.Read(message, log, PackedList.Image) as ContentsReading.Absent)?.Reason,
            Is.EqualTo(ImageReason.ContentsKnown.ListInvalid)
        );
    }

    [Test]
    public void A_list_that_grows_without_bounds_is_left_off()
    {
        var (message, log) = PackedList.Pack(new byte[64 << 20]);
        Assert.That(
            (ContentsLog.Read(message, log, PackedList.Image) as ContentsReading.Absent)?.Reason,
            Is.EqualTo(ImageReason.ContentsKnown.ListDamaged).Or.EqualTo(ImageReason.ContentsKnown.ListTooLarge)
        );
    }

    private static TestCaseData Case(string name, string json, string reason) =>
        new TestCaseData(json, reason).SetArgDisplayNames(name);

    private static string Spoiled(Action<JsonObject> spoil)
    {
        var json = PackedList.Json(new JsonArray("a", "1", "amd64"));
        spoil(json);
        return json.ToJsonString();
    }
}
