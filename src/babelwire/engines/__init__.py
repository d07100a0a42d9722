"""Who stands behind the TranslationEngine seam, a file each."""
