using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using GemmaOperator.Builds;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Inputs;
using Operator.Tests.Tools;

namespace Operator.Tests.Builds.Contents;

/// <summary>Which files of site-packages run at each start.</summary>
internal sealed class PathFilesTests
{
    private const string Hash = "0123456789abcdef";

    [Test]
    public void What_is_new_or_another_is_told_and_what_stays_or_went_isnt()
    {
        var changes = PathFiles.New(
            ["a.pth 0000000000000000", "b.pth 1111111111111111", "gone.pth 2222222222222222"],
            ["a.pth 0000000000000000", "b.pth 3333333333333333", "new.pth 4444444444444444"]
        );
        Assert.That(
            changes.Select(c => $"{c.Kind} {c.Name} {c.Old}>{c.New}"),
            Is.EqualTo(["PathFile b.pth 1111111111111111>3333333333333333", "PathFile new.pth >4444444444444444"])
        );
    }

    [Test]
    public void What_an_older_release_didnt_list_isnt_compared() =>
        Assert.That(PathFiles.New(null, ["new.pth " + Hash]), Is.Empty);

    [TestCase("a.pth", Hash, true)]
    [TestCase("a-nspkg_1.0+x@y.pth", Hash, true)]
    [TestCase("a\u001b[31m.pth", Hash, false)]
    [TestCase("a b.pth", Hash, false)]
    [TestCase("../a.pth", Hash, false)]
    [TestCase("a.txt", Hash, false)]
    [TestCase("a.pth", "0123", false)]
    public void A_name_that_can_do_harm_leaves_the_list_unknown(string name, string hash, bool isKnown) =>
        Assert.That(Read(new JsonArray(name, hash)), isKnown ? Is.EqualTo([$"{name} {hash}"]) : Is.Null);

    [Test]
    public void More_than_fit_leave_the_list_unknown() =>
        Assert.That(
            Read([.. Enumerable.Range(0, PathFiles.Most + 1).Select(n => new JsonArray($"p{n}.pth", Hash))]),
            Is.Null
        );

    [Test]
    public void An_image_that_tells_none_is_one_of_an_older_release()
    {
        using var json = JsonDocument.Parse("""{"other":[]}""");
        using var nothing = JsonDocument.Parse("""{"pathFiles":null}""");
        Assert.That(
            (PathFiles.Read(json.RootElement), PathFiles.Read(nothing.RootElement)),
            Is.EqualTo(((object?)null, (object?)null))
        );
    }

    [Test]
    public async Task An_image_lists_those_of_its_site_packages()
    {
        var folder = Directory.CreateTempSubdirectory("gemma-site-");
        try
        {
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "evil.pth"), "import os\n");
            await File.WriteAllTextAsync(Path.Combine(folder.FullName, "README"), "import os\n");
            var program =
                "import site\nsite.getsitepackages = lambda: "
                + $"[{JsonSerializer.Serialize(folder.FullName)}, '/absent']\n"
                + PythonProgram.Read("contents.py")
                + "print(json.dumps({'pathFiles': path_files()}))\n";
            using var json = JsonDocument.Parse(await Python.RunAsync(program, ""));
            var hash = Convert.ToHexStringLower(SHA256.HashData("import os\n"u8))[..16];
            Assert.That(PathFiles.Read(json.RootElement), Is.EqualTo([$"evil.pth {hash}"]));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static IReadOnlyList<string>? Read(params JsonArray[] files)
    {
        using var json = JsonDocument.Parse(
            new JsonObject { ["pathFiles"] = new JsonArray([.. files]) }.ToJsonString()
        );
        return PathFiles.Read(json.RootElement);
    }
}
