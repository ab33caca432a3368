using GpuScheduler.Cluster;

namespace GpuScheduler.Manifests.Tests;

/// <summary>Dumps and manifests with volumes.</summary>
[TestFixture]
internal sealed class ManifestVolumesTests
{
    private const string Classes = """
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: local}
        provisioner: kubernetes.io/no-provisioner
        volumeBindingMode: WaitForFirstConsumer
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: zonal}
        provisioner: csi.example
        volumeBindingMode: WaitForFirstConsumer
        allowedTopologies: [{matchLabelExpressions: [{key: zone, values: [a, b]}]}]
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata: {name: soon}
        provisioner: csi.example
        """;

    [Test]
    public void A_pod_asks_what_the_volumes_of_its_claims_ask_and_those_that_they_could_get()
    {
        ClusterManifest manifest = Clusters.Read(
            Classes,
            Claim("bound", "local", "volumeName: disk", "pv.kubernetes.io/bind-completed: \"yes\""),
            Volume("disk", "n7", "claimRef: {namespace: default, name: bound, uid: u}", "topology.kubernetes.io/zone: z"),
            Claim("open", "local"), Volume("small", "n1"), Volume("tiny", "n2", capacity: "1Gi"), Volume("taken", "n3", "claimRef: {namespace: default, name: other}"),
            Claim("made", "zonal"),
            Clusters.PodText("volumes: [{name: a, persistentVolumeClaim: {claimName: bound}}, {name: b, persistentVolumeClaim: {claimName: open}}, {name: t, emptyDir: {}}, {name: c, persistentVolumeClaim: {claimName: made}}]"));
        Pod pod = manifest.Pods.Single();
        Assert.That(pod.Volumes, Is.EqualTo(new[] { new PodVolume("a", "bound"), new PodVolume("b", "open"), new PodVolume("c", "made") }));
        VolumeNeeds needs = pod.Spec.Volumes!;
        Assert.That((needs.Problem, needs.IsInUse, needs.LacksVolume), Is.EqualTo(("", false, false)));
        Assert.That(needs.Reachable.Single().Single().MatchExpressions.Single().Values, Is.EqualTo(new[] { "n7" }));
        Assert.That(needs.Zones.Single().Values, Is.EqualTo(new[] { "z" }));
        Assert.That(needs.Unbound.Select(u => u.Candidates.Length), Is.EqualTo(new[] { 1, 0 }));
        Assert.That(needs.Unbound[0].Candidates[0].Nodes!.Value.Single().MatchExpressions.Single().Values, Is.EqualTo(new[] { "n1" }));
        Assert.That(needs.Unbound[0].Provisioned, Is.Null);
        Assert.That(needs.Unbound[1].Provisioned!.Value.Single().MatchExpressions.Single(), Has.Property("Key").EqualTo("zone").And.Property("Values").EqualTo(new[] { "a", "b" }));
        Assert.That(manifest.Notes.Single(), Does.StartWith("pods have volume claims that are bound when they have a node"));
    }

    [Test]
    public void What_the_input_does_not_have_and_what_a_controller_would_do_is_noted_and_not_waited_for()
    {
        ClusterManifest manifest = Clusters.Read(
            Classes, Claim("now", "soon"),
            Clusters.PodText("volumes: [{name: a, persistentVolumeClaim: {claimName: gone}}, {name: b, persistentVolumeClaim: {claimName: now}}, {name: e, ephemeral: {volumeClaimTemplate: {}}}]"));
        Assert.That(manifest.Pods.Single().Spec.Volumes, Is.Null);
        Assert.That(manifest.Pods.Single().Volumes[2].ClaimOf(manifest.Pods.Single()), Is.EqualTo("p-e"));
        Assert.That(manifest.Notes, Is.EqualTo(new[]
        {
            "pods have volume claims that a controller is yet to bind, and are placed without them: 1, such as p",
            "pods have volume claims that the input does not have, and are placed without them (get persistentvolumeclaims, persistentvolumes and storageclasses, too): 2, such as p",
        }.Select(n => n.Replace("such as p", "such as default/p", StringComparison.Ordinal))));
    }

    [Test]
    public void A_pod_that_runs_is_where_it_is()
    {
        ClusterManifest manifest = Clusters.Read(
            Clusters.NodeText(), Classes, Claim("open", "local"), Clusters.PodText("nodeName: n\nvolumes: [{name: a, persistentVolumeClaim: {claimName: open}}]", status: "{phase: Running}"));
        Assert.That((manifest.Pods.Single().Spec.Volumes, manifest.Notes.Length), Is.EqualTo(((VolumeNeeds?)null, 0)));
    }

    [Test]
    public void Older_objects_name_their_class_in_an_annotation()
    {
        PersistentVolumeClaim claim = ApiObjectReader.ReadVolumeClaim(Clusters.Map(Claim("c", "new", annotation: "volume.beta.kubernetes.io/storage-class: old")))!;
        Assert.That((claim.StorageClass, claim.Requested, claim.IsBound, claim.VolumeMode), Is.EqualTo(("old", 2L << 30, false, "Filesystem")));
    }

    private static string Claim(string name, string storageClass, string spec = "volumeMode: Filesystem", string annotation = "a: b") => $$"""
        apiVersion: v1
        kind: PersistentVolumeClaim
        metadata:
          name: {{name}}
          annotations: { {{annotation}} }
        spec:
          storageClassName: {{storageClass}}
          accessModes: [ReadWriteOnce]
          resources:
            requests: {storage: 2Gi}
          {{spec}}
        """;

    private static string Volume(string name, string node, string spec = "volumeMode: Filesystem", string label = "a: b", string capacity = "10Gi") => $$"""
        apiVersion: v1
        kind: PersistentVolume
        metadata:
          name: {{name}}
          labels: { {{label}} }
        spec:
          storageClassName: local
          accessModes: [ReadWriteOnce]
          capacity:
            storage: {{capacity}}
          nodeAffinity:
            required:
              nodeSelectorTerms:
              - matchExpressions:
                - key: kubernetes.io/hostname
                  operator: In
                  values: [ {{node}} ]
          {{spec}}
        """;
}
