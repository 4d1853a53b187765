# Checks the files of an unpacked evidence package on Windows: no more is needed than PowerShell. Run it as
#   powershell -ExecutionPolicy Bypass -File data\verify\verify.ps1
# Seal, timestamps and proofs need openssl or Python: see VERIFY.txt.
$root = (Resolve-Path (Join-Path $PSScriptRoot '..\..')).Path
$wrong = 0
$listed = @{}
foreach ($manifest in @(@('manifest-sha256.txt', 'SHA256'), @('manifest-sha512.txt', 'SHA512'), @('tagmanifest-sha256.txt', 'SHA256'))) {
    foreach ($line in [IO.File]::ReadAllLines((Join-Path $root $manifest[0]))) {
        $digest, $path = $line -split '  ', 2
        $listed[$path] = $true
        $file = Join-Path $root $path
        if (-not (Test-Path -LiteralPath $file)) { Write-Output "WRONG $path is missing"; $wrong++; continue }
        if ((Get-FileHash -LiteralPath $file -Algorithm $manifest[1]).Hash -ne $digest) { Write-Output "WRONG $path was changed"; $wrong++ }
    }
}
foreach ($file in Get-ChildItem -LiteralPath (Join-Path $root 'data') -Recurse -File) {
    $path = $file.FullName.Substring($root.Length + 1).Replace('\', '/')
    if (-not $listed.ContainsKey($path)) { Write-Output "WRONG $path was added"; $wrong++ }
}
# No manifest lists the files of seal/. What was to be there stands in bag-info.txt, which the seal is over.
$stated = @{}
foreach ($line in [IO.File]::ReadAllLines((Join-Path $root 'bag-info.txt'))) {
    $label, $value = $line -split ': ', 2
    $stated[$label] = $value
}
$gone = 0
$seal = Join-Path $root 'seal'
if ($stated.ContainsKey('Seal-Timestamps')) {
    foreach ($part in @('seal.entry.json', 'seal.tlog-proof', 'seal.consistency.txt')) {
        if (-not (Test-Path -LiteralPath (Join-Path $seal $part))) { Write-Output "WRONG seal/$part is missing"; $wrong++ }
    }
    $here = @(Get-ChildItem -LiteralPath $seal -Filter '*.tsr' -ErrorAction SilentlyContinue).Count
    if ($here -lt [int]$stated['Seal-Timestamps']) {
        Write-Output "NOT HERE: of $($stated['Seal-Timestamps']) timestamps of the seal $here are here"; $gone++
    }
    if ($stated['Seal-SM2'] -eq 'yes' -and -not (Test-Path -LiteralPath (Join-Path $seal 'tagmanifest-sha256.txt.sm2sig'))) {
        Write-Output 'NOT HERE: the SM2 seal'; $gone++
    }
}
if ($wrong -eq 0 -and $gone -gt 0) {
    Write-Output "Somebody removed it, or it was never made: the log's entry of the export says which, and data/verify/verify.py reads it."
    exit 2
}
if ($wrong -eq 0) { Write-Output 'the files are as the manifests say'; exit 0 }
Write-Output "$wrong files are not as the manifests say"
exit 1
