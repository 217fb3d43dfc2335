using System.Globalization;
using System.Text;
using GemmaOperator.Builds.Contents;
using GemmaOperator.Builds.Contents.Layers;
using GemmaOperator.Registry.Answers;
using GemmaOperator.Registry.Manifests;
using Operator.Tests.Builds.Contents;
using Operator.Tests.Builds.Contents.Layers;
using Tests.Shared.Fuzzing;

namespace Operator.Tests.Fuzzing;

/// <summary>
/// Lists what reads lists of packages, and what registries say of documents that are attached to images.
/// </summary>
internal static class ContentsTargets
{
    public static readonly FuzzTarget[] All =
    [
        FuzzTarget.OfText(
            "contents-list",
            text => Said(ContentsDocument.Read(Encoding.UTF8.GetBytes(text), PackedList.Image)),
            $$"""{"v":1,"digest":"{{PackedList.Image}}","os":{"id":"ubuntu","version":"24.04","name":"Ubuntu"},"cudaArch":"sm_90","libtorchBytes":1,"diskBytes":2,"unsupported":["rpm"],"packages":{"dpkg":[["a","1","amd64"]],"python":[["b","2","index"]]} }"""
        ) with
        {
            Words =
            [
                "\"packages\":",
                "[\"a\",\"1\",\"all\"],",
                "\"a\\ud800\"",
                "\"unsupported\":",
                "\"vcs git://x@1\"",
            ],
        },
        FuzzTarget.OfText(
            "contents-log",
            text => Said(ContentsLog.Read(text, text, PackedList.Image)),
            """{"contents":{"count":1,"lines":1,"hash":"sha256:x"} }""" + "\n" + ContentsLog.Mark + "eJwDAAAAAAE="
        ) with
        {
            Words = ["\"lines\":", "\"hash\":", "\n" + ContentsLog.Mark],
        },
        FuzzTarget.OfText(
            "layers-log",
            text =>
                LayersLog.Read(text, PackedList.Image)?.Python.Count.ToString(CultureInfo.InvariantCulture) ?? "none",
            string.Join('\n', LayersLog.Write(new LayerFindings([], [], 1, 0), PackedList.Image))
        ),
        new("layer", Layer)
        {
            Binary = [LayerExample.Of(("a/site-packages/x-1.dist-info/METADATA", "Name: x\nVersion: 1\n"))],
            Share = 0.2,
            // The framework's reader makes room for as long a header as the tar says, up to the most an array takes;
            // what doesn't fit into the container's memory counts as unread.
            FixedBytes = int.MaxValue,
        },
        FuzzTarget.OfText(
            "sbom",
            text => CycloneDxReader.Read(Encoding.UTF8.GetBytes(text))?.Fingerprint ?? "none",
            """{"components":[{"name":"a","version":"1","properties":[{"name":"gemmaoperator.io:kind","value":"Dpkg"}]}],"metadata":{"properties":[{"name":"gemmaoperator.io:libtorchBytes","value":"1"},{"name":"gemmaoperator.io:unreadable","value":"0"}]} }"""
        ),
        FuzzTarget.OfText(
            "referrers",
            text => Referrers(Encoding.UTF8.GetBytes(text)),
            $$"""{"manifests":[{"digest":"{{PackedList.Image}}","size":1,"artifactType":"t","annotations":{"a":"b"} }]}"""
        ),
    ];

    private static string Layer(byte[] bytes)
    {
        var packages = new LayerPackages();
        packages
            .AddAsync(MediaTypes.OciLayerGzip, new MemoryStream(bytes), CancellationToken.None)
            .GetAwaiter()
            .GetResult();
        return string.Join('|', packages.Findings.Python.Select(p => RegistryTargets.Shown(p.Text)));
    }

    private static string Said(ContentsReading reading) =>
        reading switch
        {
            ContentsReading.Absent absent => absent.Reason,
            ContentsReading.Listed(var list) => string.Join(
                '|',
                list.Packages.Select(p => RegistryTargets.Shown(p.Text)).Append(RegistryTargets.Shown(list.Os.Name))
            ),
            _ => throw new InvalidOperationException("no such reading"),
        };

    private static string Referrers(byte[] bytes)
    {
        try
        {
            var index = ReferrersIndex.Parse(bytes, "a registry");
            return $"{index.Find("t", "a").Count} {index.Without(index.Find("t", "a")).Render().Digest}";
        }
        catch (RegistryException e)
        {
            return RegistryTargets.Shown(e.Message);
        }
    }
}
